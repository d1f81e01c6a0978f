import { Button, Card, Group, Paper, Skeleton, Stack, Table, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { type ColumnDef, columnVisibilityFeature, tableFeatures, useTable } from '@tanstack/react-table';
import { type ReactNode, useMemo } from 'react';
import { elements as text } from '#strings/elements.ts';
import classes from './data-table.module.css';
import { Problem } from './problem.tsx';

export interface Column<Row> {
  /** Unique in the table. */
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  readonly align?: 'left' | 'right';
  /** Not shown on a phone. */
  readonly wide?: boolean;
  /** What can be done with a row: on a phone beside its heading. */
  readonly buttons?: boolean;
  readonly width?: number | string;
}

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

const features = tableFeatures({ columnVisibilityFeature });
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
  const phone = useMediaQuery('(max-width: 48em)') ?? false;
  const definitions = useMemo(
    () =>
      columns.map(
        ({ id, header, cell, align = 'left', width }): ColumnDef<typeof features, Row> => ({
          id,
          header: () => header,
          cell: ({ row }) => cell(row.original),
          meta: { align, width },
        }),
      ),
    [columns],
  );
  const data = useMemo(() => [...(rows ?? [])], [rows]);
  const columnVisibility = useMemo(
    () => Object.fromEntries(columns.map(({ id, wide }) => [id, !(phone && wide === true)])),
    [columns, phone],
  );
  const table = useTable({
    features,
    columns: definitions,
    data,
    getRowId: rowId,
    state: { columnVisibility },
  });
  const settings = useMemo(() => new Map(columns.map((column) => [column.id, column])), [columns]);

  if (error !== null && error !== undefined && rows === undefined) {
    return <Problem error={error} {...(again && { again })} />;
  }
  if (rows?.length === 0 && more?.has !== true) {
    return (
      <Paper withBorder radius="md">
        {empty}
      </Paper>
    );
  }
  const loading = rows === undefined;
  const isButtons = (id: string) => settings.get(id)?.buttons === true;
  return (
    <Stack gap="sm">
      {phone ? (
        <Stack gap="xs" aria-label={label} role="list" aria-busy={loading}>
          {loading
            ? placeholderRows.map((key) => <Skeleton key={key} h={84} role="listitem" />)
            : table.getRowModel().rows.map((row) => (
                <Card key={row.id} withBorder padding="sm" role="listitem" className={classes.row}>
                  {row
                    .getVisibleCells()
                    .filter((cell) => !isButtons(cell.column.id))
                    .map((cell, index) => (
                      <Group
                        key={cell.id}
                        justify="space-between"
                        wrap="nowrap"
                        gap="md"
                        className={classes.field}
                      >
                        {index > 0 && (
                          <Text size="xs" c="dimmed" component="span">
                            {settings.get(cell.column.id)?.header}
                          </Text>
                        )}
                        <Text
                          size="sm"
                          component="div"
                          miw={0}
                          fw={index === 0 ? 600 : undefined}
                          ta={index === 0 ? undefined : 'right'}
                        >
                          <table.FlexRender cell={cell} />
                        </Text>
                        {index === 0 &&
                          row
                            .getVisibleCells()
                            .filter((other) => isButtons(other.column.id))
                            .map((buttons) => <table.FlexRender key={buttons.id} cell={buttons} />)}
                      </Group>
                    ))}
                </Card>
              ))}
        </Stack>
      ) : (
        <Paper withBorder radius="md" className={classes.frame}>
          <Table
            highlightOnHover
            verticalSpacing="sm"
            horizontalSpacing="md"
            aria-label={label}
            aria-busy={loading}
          >
            <Table.Thead>
              {table.getHeaderGroups().map((group) => (
                <Table.Tr key={group.id}>
                  {group.headers.map((header) => {
                    const column = settings.get(header.column.id);
                    return (
                      <Table.Th
                        key={header.id}
                        scope="col"
                        ta={column?.align}
                        w={column?.width}
                        className={classes.head}
                      >
                        <table.FlexRender header={header} />
                      </Table.Th>
                    );
                  })}
                </Table.Tr>
              ))}
            </Table.Thead>
            <Table.Tbody>
              {loading
                ? placeholderRows.map((key) => (
                    <Table.Tr key={key}>
                      {columns.map(({ id }) => (
                        <Table.Td key={id}>
                          <Skeleton h={18} />
                        </Table.Td>
                      ))}
                    </Table.Tr>
                  ))
                : table.getRowModel().rows.map((row) => (
                    <Table.Tr key={row.id} className={classes.row}>
                      {row.getVisibleCells().map((cell) => (
                        <Table.Td key={cell.id} ta={settings.get(cell.column.id)?.align}>
                          <table.FlexRender cell={cell} />
                        </Table.Td>
                      ))}
                    </Table.Tr>
                  ))}
            </Table.Tbody>
          </Table>
        </Paper>
      )}
      {!loading && <Problem error={error} {...(again && { again })} />}
      {more?.has === true && (
        <Button variant="default" onClick={more.load} loading={more.loading} mx="auto">
          {text.more}
        </Button>
      )}
    </Stack>
  );
}
