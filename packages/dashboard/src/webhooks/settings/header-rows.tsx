import { ActionIcon, Button, Group, Input, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { webhookSettings } from '#strings/webhook-settings.ts';
import { type HeaderRow, newKey } from './values.ts';

const { request: words } = webhookSettings;

/** The owner's headers, one in a row. A saved value that may hold credentials can be replaced, not seen. */
export function HeaderRows({
  value: rows,
  onChange,
  error,
}: {
  readonly value: readonly HeaderRow[];
  readonly onChange: (rows: HeaderRow[]) => void;
  readonly error?: string | undefined;
}) {
  const change = (key: string, change: Partial<HeaderRow>) =>
    onChange(rows.map((row) => (row.key === key ? { ...row, ...change } : row)));
  return (
    <Input.Wrapper label={words.headers} description={words.headersHint} error={error} labelElement="div">
      <Stack gap="xs" mt={6}>
        {rows.map((row) => (
          <Group key={row.key} gap="xs" wrap="nowrap" align="center">
            <TextInput
              aria-label={words.headerName}
              placeholder={words.headerName}
              value={row.name}
              onChange={({ currentTarget }) => change(row.key, { name: currentTarget.value })}
              readOnly={row.value === null}
              flex="1 1 40%"
              miw={0}
              autoComplete="off"
            />
            {row.value === null ? (
              <Group gap="xs" flex="1 1 60%" miw={0}>
                <Text size="sm" c="dimmed">
                  {words.headerSaved}
                </Text>
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={words.replaceHeader(row.name)}
                  onClick={() => change(row.key, { value: '' })}
                >
                  {words.replace}
                </Button>
              </Group>
            ) : (
              <TextInput
                aria-label={words.headerValue}
                placeholder={words.headerValue}
                value={row.value}
                onChange={({ currentTarget }) => change(row.key, { value: currentTarget.value })}
                flex="1 1 60%"
                miw={0}
                autoComplete="off"
              />
            )}
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={words.removeHeader(row.name === '' ? words.unnamed : row.name)}
              onClick={() => onChange(rows.filter(({ key }) => key !== row.key))}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        ))}
        <Group>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={14} />}
            onClick={() => onChange([...rows, { key: newKey(), name: '', value: '' }])}
          >
            {words.addHeader}
          </Button>
        </Group>
      </Stack>
    </Input.Wrapper>
  );
}
