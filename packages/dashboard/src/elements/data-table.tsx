import { Button, Paper, Skeleton, Stack, Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { elements as text } from '#strings/elements.ts';
import { Problem } from './problem.tsx';
import { type Column, TableFrame, TableRows, useAsCards } from './table-rows.tsx';

export interface DataTableProps<Row> {
  /** Read by screen readers before the table. */
  readonly label: string;
  /** Defined once, outside of the component or memoized. */
  readonly columns: readonly Column<Row>[];
  /** Undefined while they are read for the first time. */
  readonly rows: readonly Row[] | undefined;
  readonly rowId: (row: Row) => string;
  readonly error?: unknown;
  readonly again?: () => void;
  /** Instead of an empty table. */
  readonly empty: ReactNode;
  readonly more?: { readonly has: boolean; readonly loading: boolean; readonly load: () => void };
}

const placeholderRows = ['a', 'b', 'c', 'd', 'e'];

/**
 * A list of things. On a phone each row becomes a card with its first column as heading. Whoever shows rows that lead
 * somewhere puts a link into the first column: the whole row follows it.
 */
export function DataTable<Row extends object>({
  label,
  columns,
  rows,
  rowId,
  error,
  again,
  empty,
  more,
}: DataTableProps<Row>) {
  if (error !== null && error !== undefined && rows === undefined) {
    return <Problem error={error} {...(again && { again })} />;
  }
  if (rows?.length === 0 && more?.has !== true) return <InsteadOfTable>{empty}</InsteadOfTable>;
  const shown =
    rows === undefined ? (
      <PlaceholderRows columns={columns} />
    ) : (
      <TableRows columns={columns} rows={rows} rowId={rowId} />
    );
  return (
    <Stack gap="sm">
      <TableFrame label={label} columns={columns} busy={rows === undefined}>
        <Body>{shown}</Body>
      </TableFrame>
      {rows !== undefined && <Problem error={error} {...(again && { again })} />}
      {more?.has === true && (
        <Button variant="default" onClick={more.load} loading={more.loading} mx="auto">
          {text.more}
        </Button>
      )}
    </Stack>
  );
}

function Body({ children }: { readonly children: ReactNode }) {
  return useAsCards() ? children : <Table.Tbody>{children}</Table.Tbody>;
}

export function InsteadOfTable({ children }: { readonly children: ReactNode }) {
  return (
    <Paper withBorder radius="md">
      {children}
    </Paper>
  );
}

export function PlaceholderRows<Row>({ columns }: { readonly columns: readonly Column<Row>[] }) {
  if (useAsCards()) return placeholderRows.map((key) => <Skeleton key={key} h={84} role="listitem" />);
  return placeholderRows.map((key) => (
    <Table.Tr key={key}>
      {columns.map(({ id }) => (
        <Table.Td key={id}>
          <Skeleton h={18} />
        </Table.Td>
      ))}
    </Table.Tr>
  ));
}
