import { Button, Group, Stack, Table } from '@mantine/core';
import { type ReactNode, type RefObject, useEffect, useEffectEvent, useRef, useState } from 'react';
import { elements as text } from '#strings/elements.ts';
import { type DataTableProps, InsteadOfTable, PlaceholderRows } from './data-table.tsx';
import { Problem } from './problem.tsx';
import { TableFrame, TableRows, useAsCards } from './table-rows.tsx';

export interface PagedTableProps<Item, Row>
  extends Pick<DataTableProps<Row>, 'label' | 'columns' | 'rowId' | 'error' | 'again' | 'empty'> {
  /** Undefined while the first is read. */
  readonly pages: readonly (readonly Item[])[] | undefined;
  /** A hook: what is shown of the items of one page, called only for pages that are on the screen or near it. */
  readonly useRows: (items: readonly Item[]) => readonly Row[];
  readonly more: NonNullable<DataTableProps<Row>['more']>;
}

/** How far from the screen a page is still drawn, and the next one read. */
const nearby = '600px 0px';

/**
 * A `DataTable` of any length, which reads on as one scrolls. Pages that are far from the screen are as high as they
 * were and hold nothing.
 */
export function PagedTable<Item, Row extends object>({
  label,
  columns,
  pages,
  useRows,
  rowId,
  error,
  again,
  empty,
  more,
}: PagedTableProps<Item, Row>) {
  if (error !== null && error !== undefined && pages === undefined) {
    return <Problem error={error} {...(again && { again })} />;
  }
  if (pages?.every(({ length }) => length === 0) === true && !more.has) {
    return <InsteadOfTable>{empty}</InsteadOfTable>;
  }
  const failed = error !== null && error !== undefined;
  return (
    <Stack gap="sm">
      <TableFrame label={label} columns={columns} busy={pages === undefined}>
        {pages === undefined ? (
          <PageBody columns={columns.length}>
            <PlaceholderRows columns={columns} />
          </PageBody>
        ) : (
          pages.map((items, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: pages are only added behind others.
            <PageBody key={index} columns={columns.length}>
              <PageRows items={items} useRows={useRows} columns={columns} rowId={rowId} />
            </PageBody>
          ))
        )}
      </TableFrame>
      {failed && <Problem error={error} {...(again && { again })} />}
      {more.has && <ReadOn {...more} byItself={!failed} />}
    </Stack>
  );
}

type PageRowsProps<Item, Row> = Pick<PagedTableProps<Item, Row>, 'useRows' | 'columns' | 'rowId'> & {
  readonly items: readonly Item[];
};

function PageRows<Item, Row extends object>({ items, useRows, columns, rowId }: PageRowsProps<Item, Row>) {
  const rows = useRows(items);
  return <TableRows columns={columns} rows={rows} rowId={rowId} />;
}

function PageBody({ columns, children }: { readonly columns: number; readonly children: ReactNode }) {
  const asCards = useAsCards();
  const [heightPx, setHeightPx] = useState<number | null>(null);
  const body = useRef<HTMLTableSectionElement & HTMLDivElement>(null);
  useNearness(body, ({ isIntersecting, boundingClientRect }) => {
    if (isIntersecting) setHeightPx(null);
    // What was taken away meanwhile, as the rows of a page that is empty now, is as high as it is.
    else setHeightPx((before) => before ?? boundingClientRect.height);
  });
  if (asCards) {
    return (
      <Stack ref={body} gap="xs" role="presentation" style={heightPx === null ? {} : { height: heightPx }}>
        {heightPx === null && children}
      </Stack>
    );
  }
  return (
    <Table.Tbody ref={body}>
      {heightPx === null ? (
        children
      ) : (
        <Table.Tr aria-hidden style={{ height: heightPx }}>
          <Table.Td colSpan={columns} />
        </Table.Tr>
      )}
    </Table.Tbody>
  );
}

/** A button, for whoever goes through the page by keys, that presses itself when somebody comes near. */
function ReadOn({
  loading,
  load,
  byItself,
}: {
  readonly loading: boolean;
  readonly load: () => void;
  readonly byItself: boolean;
}) {
  const place = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(false);
  useNearness(place, ({ isIntersecting }) => setNear(isIntersecting));
  const readOn = useEffectEvent(load);
  const wanted = near && byItself && !loading;
  useEffect(() => {
    if (wanted) readOn();
  }, [wanted]);
  return (
    <Group ref={place} justify="center">
      <Button variant="default" onClick={load} loading={loading}>
        {text.more}
      </Button>
    </Group>
  );
}

function useNearness(
  place: RefObject<Element | null>,
  tell: (entry: IntersectionObserverEntry) => void,
): void {
  const told = useEffectEvent(tell);
  useEffect(() => {
    const { current } = place;
    if (current === null) return;
    const observer = new IntersectionObserver(
      (entries) => {
        const last = entries.at(-1);
        if (last !== undefined) told(last);
      },
      { rootMargin: nearby },
    );
    observer.observe(current);
    return () => observer.disconnect();
  }, [place]);
}
