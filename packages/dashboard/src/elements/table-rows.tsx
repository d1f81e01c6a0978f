import { Card, Group, Paper, Stack, Table, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { type ColumnDef, columnVisibilityFeature, tableFeatures, useTable } from '@tanstack/react-table';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import classes from './data-table.module.css';

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

/** Whether rows are cards: decided by the frame, so that all in it agree at any moment. */
const AsCards = createContext(false);

export function useAsCards(): boolean {
  return useContext(AsCards);
}

interface FrameProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly busy: boolean;
  /** Table bodies; on a phone list items. */
  readonly children: ReactNode;
}

/** What stands around rows: a table with its heads, or on a phone a list of cards. */
export function TableFrame<Row>({ label, columns, busy, children }: FrameProps<Row>) {
  if (useMediaQuery('(max-width: 48em)') === true) {
    return (
      <Stack gap="xs" aria-label={label} role="list" aria-busy={busy}>
        <AsCards.Provider value>{children}</AsCards.Provider>
      </Stack>
    );
  }
  return (
    <Paper withBorder radius="md" className={classes.frame}>
      <Table highlightOnHover verticalSpacing="sm" horizontalSpacing="md" aria-label={label} aria-busy={busy}>
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ id, header, align, width }) => (
              <Table.Th key={id} scope="col" ta={align} w={width} className={classes.head}>
                {header}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        {children}
      </Table>
    </Paper>
  );
}

const features = tableFeatures({ columnVisibilityFeature });

interface RowsProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
}

/** Some rows of a `TableFrame`: on a phone each is a card with its first column as heading. */
export function TableRows<Row extends object>({ columns, rows, rowId }: RowsProps<Row>) {
  const asCards = useAsCards();
  const definitions = useMemo(
    () =>
      columns.map(
        ({ id, header, cell }): ColumnDef<typeof features, Row> => ({
          id,
          header: () => header,
          cell: ({ row }) => cell(row.original),
        }),
      ),
    [columns],
  );
  const data = useMemo(() => [...rows], [rows]);
  const columnVisibility = useMemo(
    () => Object.fromEntries(columns.map(({ id, wide }) => [id, !(asCards && wide === true)])),
    [columns, asCards],
  );
  const table = useTable({
    features,
    columns: definitions,
    data,
    getRowId: rowId,
    state: { columnVisibility },
  });
  const settings = useMemo(() => new Map(columns.map((column) => [column.id, column])), [columns]);

  const isButtons = (id: string) => settings.get(id)?.buttons === true;

  if (asCards) {
    return table.getRowModel().rows.map((row) => (
      <Card key={row.id} withBorder padding="sm" role="listitem" className={classes.row}>
        {row
          .getVisibleCells()
          .filter((cell) => !isButtons(cell.column.id))
          .map((cell, index) => (
            <Group key={cell.id} justify="space-between" wrap="nowrap" gap="md" className={classes.field}>
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
    ));
  }
  return table.getRowModel().rows.map((row) => (
    <Table.Tr key={row.id} className={classes.row}>
      {row.getVisibleCells().map((cell) => (
        <Table.Td key={cell.id} ta={settings.get(cell.column.id)?.align}>
          <table.FlexRender cell={cell} />
        </Table.Td>
      ))}
    </Table.Tr>
  ));
}
