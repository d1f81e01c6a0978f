import type { AuditEntry } from '@fanfare/client';
import { Paper, Stack, Table, Text, Title } from '@mantine/core';
import { auditLog as text } from '#strings/audit-log.ts';
import classes from './differences.module.css';
import { type Difference, differencesOf } from './differences.ts';

/** Before and after, side by side: what was there, what is there, and what stands for what is not kept. */
export function Differences({ entry }: { readonly entry: AuditEntry }) {
  const differences = differencesOf(entry.before, entry.after);
  const written = JSON.stringify([entry.before, entry.after]);
  return (
    <Stack gap="xs">
      <Title order={3} size="h5">
        {text.differences.title}
      </Title>
      {differences.length === 0 ? (
        <Text size="sm">{text.differences.none}</Text>
      ) : (
        <Paper withBorder radius="md" className={classes.frame}>
          <Table aria-label={text.differences.label} verticalSpacing={6} layout="fixed">
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col" w="30%">
                  {text.differences.field}
                </Table.Th>
                <Table.Th scope="col">{text.differences.before}</Table.Th>
                <Table.Th scope="col">{text.differences.after}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {differences.map((difference) => (
                <DifferenceRow key={difference.path} difference={difference} />
              ))}
            </Table.Tbody>
          </Table>
        </Paper>
      )}
      {written.includes('"(redacted)"') && <Hint>{text.differences.redacted}</Hint>}
      {written.includes('"(changed)"') && <Hint>{text.differences.changed}</Hint>}
    </Stack>
  );
}

function DifferenceRow({ difference: { path, before, after } }: { readonly difference: Difference }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" className={classes.path}>
        {path}
      </Table.Th>
      <Table.Td className={before === undefined ? undefined : classes.before}>
        <Value value={before} />
      </Table.Td>
      <Table.Td className={after === undefined ? undefined : classes.after}>
        <Value value={after} />
      </Table.Td>
    </Table.Tr>
  );
}

function Value({ value }: { readonly value: unknown }) {
  if (value === undefined || value === '') {
    return (
      <Text size="xs" c="dimmed" fs="italic">
        {value === '' ? text.differences.empty : text.differences.absent}
      </Text>
    );
  }
  return <span className={classes.value}>{typeof value === 'string' ? value : JSON.stringify(value)}</span>;
}

function Hint({ children }: { readonly children: string }) {
  return (
    <Text size="xs" c="dimmed">
      {children}
    </Text>
  );
}
