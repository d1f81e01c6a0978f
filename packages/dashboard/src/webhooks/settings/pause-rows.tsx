import { ActionIcon, Button, Group, Input, NumberInput, Select, Stack, Text } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { webhookSettings } from '#strings/webhook-settings.ts';
import { duration } from '../../elements/index.ts';
import { type PauseRow, pauseRow, pauseSeconds, pauseUnits, usualPausesSeconds } from './values.ts';

const { retries: words } = webhookSettings;
const mostRetries = 20;
/** A retry more waits so many times as long as the one before. */
const growth = 6;
const longestSeconds = 7 * 86_400;

/** The pauses before retries, one in a row, and what they come to. */
export function PauseRows({
  value: rows,
  onChange,
  error,
}: {
  readonly value: readonly PauseRow[];
  readonly onChange: (rows: PauseRow[]) => void;
  readonly error?: string | undefined;
}) {
  const change = (key: string, change: Partial<PauseRow>) =>
    onChange(rows.map((row) => (row.key === key ? { ...row, ...change } : row)));
  return (
    <Input.Wrapper
      label={retriesSummary(rows)}
      description={words.explanation}
      error={error}
      labelElement="div"
    >
      <Stack gap="xs" mt={6}>
        {rows.map((row, index) => (
          <Group key={row.key} gap="xs" wrap="nowrap">
            <Text size="sm" c="dimmed" w={24} ta="right" aria-hidden>
              {index + 1}
            </Text>
            <NumberInput
              aria-label={words.pause(index + 1)}
              value={row.amount}
              onChange={(amount) => change(row.key, { amount })}
              min={0}
              w={110}
            />
            <Select
              aria-label={words.unit(index + 1)}
              data={pauseUnits.map((unit) => ({ value: unit, label: words.units[unit] }))}
              value={row.unit}
              onChange={(chosen) => {
                const unit = pauseUnits.find((one) => one === chosen);
                if (unit !== undefined) change(row.key, { unit });
              }}
              allowDeselect={false}
              w={120}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={words.remove(index + 1)}
              onClick={() => onChange(rows.filter(({ key }) => key !== row.key))}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        ))}
        <Group gap="xs">
          {rows.length < mostRetries && (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPlus size={14} />}
              onClick={() => onChange([...rows, pauseRow(nextPause(rows))])}
            >
              {words.add}
            </Button>
          )}
          <Button size="xs" variant="subtle" onClick={() => onChange(usualPausesSeconds.map(pauseRow))}>
            {words.usual}
          </Button>
          {rows.length > 0 && (
            <Button size="xs" variant="subtle" onClick={() => onChange([])}>
              {words.none}
            </Button>
          )}
        </Group>
      </Stack>
    </Input.Wrapper>
  );
}

function nextPause(rows: readonly PauseRow[]): number {
  const last = rows.at(-1);
  const [first = 1] = usualPausesSeconds;
  return last === undefined ? first : Math.min(pauseSeconds(last) * growth, longestSeconds);
}

/** As "6 attempts over 4.3 h". */
export function retriesSummary(rows: readonly PauseRow[]): string {
  if (rows.length === 0) return words.once;
  const seconds = rows.reduce((sum, row) => sum + pauseSeconds(row), 0);
  return words.sum(rows.length + 1, duration(seconds * 1_000));
}
