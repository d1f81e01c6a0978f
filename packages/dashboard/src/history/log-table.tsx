import { Box, Checkbox, Paper, Skeleton } from '@mantine/core';
import { defaultRangeExtractor, useVirtualizer, type VirtualItem } from '@tanstack/react-virtual';
import {
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  memo,
  type ReactNode,
  type Ref,
  type RefObject,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
} from 'react';
import { history as text } from '#strings/history.ts';
import classes from './log-table.module.css';

export interface LogColumn<Row> {
  readonly id: string;
  readonly header: string;
  /** A track of a CSS grid. */
  readonly width: string;
  readonly cell: (row: Row) => ReactNode;
  readonly align?: 'right';
  /** On a phone: beside others unless given, a line of its own, or not at all. */
  readonly phone?: 'line' | 'none';
}

export interface LogSelection {
  readonly ids: ReadonlySet<string>;
  readonly toggle: (id: string) => void;
  readonly toggleAll: () => void;
}

export interface LogTableHandle {
  /** By so many rows from the one the keys are at. */
  move(by: number): void;
  toTop(): void;
}

export interface LogTableProps<Row> {
  readonly label: string;
  /** Defined once, outside of the component or memoized. */
  readonly columns: readonly LogColumn<Row>[];
  /** Undefined while they are read for the first time. */
  readonly rows: readonly Row[] | undefined;
  readonly idOf: (row: Row) => string;
  /** What screen readers call a row. */
  readonly nameOf: (row: Row) => string;
  /** Where its first cell leads: for windows of their own, and for whoever copies it. */
  readonly hrefOf: (row: Row) => string;
  readonly open: (row: Row) => void;
  /** The row that the keys are at. */
  readonly active: string | null;
  readonly onActive: (id: string) => void;
  readonly selection?: LogSelection;
  /** Somebody comes near the last row. */
  readonly onNearEnd: () => void;
  /** In pixels from the top, where somebody was when they left. */
  readonly initialOffset: number;
  readonly onScrolled: (offset: number) => void;
  readonly onView: (ids: readonly string[]) => void;
  /** Below the last row. */
  readonly foot?: ReactNode;
  readonly minWidth?: number;
  readonly ref: Ref<LogTableHandle>;
}

/** Of a row of one line; what is measured to be as high as was thought costs nothing. */
const rowHeight = 43;
const rowsFromEnd = 60;
const placeholderRows = 8;
const none: readonly never[] = [];

/**
 * Any number of rows, of which only those in view exist. The arrow keys, Home, End, Page Up and Page Down go through
 * them, Enter opens one and the space bar selects it.
 */
export function LogTable<Row>(props: LogTableProps<Row>) {
  const { label, columns, rows, idOf, nameOf, hrefOf, open, active, onActive, selection, foot, ref } = props;
  const scroll = useRef<HTMLDivElement>(null);
  const list = rows ?? none;
  const activeIndex = useMemo(
    () => (active === null ? -1 : list.findIndex((row) => idOf(row) === active)),
    [list, active, idOf],
  );
  const virtual = useVirtualizer({
    count: list.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    overscan: 10,
    initialOffset: props.initialOffset,
    getItemKey: (index) => {
      const row = list[index];
      return row === undefined ? index : idOf(row);
    },
    // The row that has the focus stays, wherever somebody scrolls, so that the keys go on from there.
    rangeExtractor: (range) => {
      const inView = defaultRangeExtractor(range);
      if (activeIndex === -1 || inView.includes(activeIndex)) return inView;
      return [...inView, activeIndex].sort((a, b) => a - b);
    },
  });
  const items = virtual.getVirtualItems();
  useView({ ...props, items, list });
  const focus = useFocus(scroll);

  const goTo = (index: number) => {
    const to = Math.max(0, Math.min(index, list.length - 1));
    const row = list[to];
    if (row === undefined) return;
    onActive(idOf(row));
    virtual.scrollToIndex(to, { align: 'auto' });
    focus(idOf(row));
  };
  useImperativeHandle(ref, () => ({
    move: (by) => goTo(activeIndex === -1 ? 0 : activeIndex + by),
    toTop: () => scroll.current?.scrollTo({ top: 0 }),
  }));

  const onKeyDown = (event: KeyboardEvent) => {
    if (isModified(event)) return;
    const row = list[activeIndex];
    const page = Math.max(1, Math.floor((scroll.current?.clientHeight ?? 0) / rowHeight) - 2);
    const keys: Record<string, (() => void) | undefined> = {
      ArrowDown: () => goTo(activeIndex + 1),
      ArrowUp: () => goTo(activeIndex - 1),
      PageDown: () => goTo(activeIndex + page),
      PageUp: () => goTo(activeIndex - page),
      Home: () => goTo(0),
      End: () => goTo(list.length - 1),
      Enter: row && (() => open(row)),
      ' ': row && selection && (() => selection.toggle(idOf(row))),
    };
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };

  // A click goes there without loading the page anew; other clicks are the browser's.
  const onClick = (event: MouseEvent) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const id = link?.closest<HTMLElement>('[data-row]')?.dataset['row'];
    const row = list.find((one) => idOf(one) === id);
    if (row === undefined || event.button !== 0 || isModified(event)) return;
    event.preventDefault();
    open(row);
  };

  const style = {
    '--log-columns': [...(selection ? ['18px'] : []), ...columns.map(({ width }) => width)].join(' '),
    '--log-min-width': `${props.minWidth ?? 0}px`,
  } as CSSProperties;
  // The keys reach the table at its first row while they are at none.
  const entry = activeIndex === -1 ? 0 : activeIndex;
  return (
    <Paper withBorder radius="md" className={classes.frame}>
      <div
        ref={scroll}
        className={classes.scroll}
        style={style}
        onScroll={({ currentTarget }) => props.onScrolled(currentTarget.scrollTop)}
      >
        <table
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table whose rows are chosen by keys is a grid
          role="grid"
          aria-label={label}
          aria-busy={rows === undefined}
          aria-rowcount={rows === undefined ? -1 : list.length + 1}
          aria-multiselectable={selection !== undefined}
          onKeyDown={onKeyDown}
          onClick={onClick}
          tabIndex={list.length === 0 ? 0 : undefined}
        >
          <Head columns={columns} {...(selection && { selection })} rows={list.length} />
          {rows === undefined ? (
            <Placeholder />
          ) : (
            <tbody className={classes.rows} style={{ height: virtual.getTotalSize() }}>
              {items.map(({ key, index, start }) => {
                const row = list[index];
                if (row === undefined) return null;
                const id = idOf(row);
                return (
                  <LogRow
                    key={key}
                    row={row as object}
                    id={id}
                    index={index}
                    start={start}
                    name={nameOf(row)}
                    href={hrefOf(row)}
                    columns={columns as readonly LogColumn<object>[]}
                    reachable={index === entry}
                    selected={selection?.ids.has(id)}
                    toggle={selection?.toggle}
                    measure={virtual.measureElement}
                    onActive={onActive}
                  />
                );
              })}
            </tbody>
          )}
        </table>
        {foot !== undefined && <Box className={classes.foot}>{foot}</Box>}
      </div>
    </Paper>
  );
}

function isModified(event: KeyboardEvent | MouseEvent): boolean {
  return event.ctrlKey || event.metaKey || event.altKey || (event.type === 'click' && event.shiftKey);
}

function Head<Row>({
  columns,
  selection,
  rows,
}: Pick<LogTableProps<Row>, 'columns' | 'selection'> & { readonly rows: number }) {
  const selected = selection?.ids.size ?? 0;
  return (
    <thead className={classes.top}>
      <tr className={classes.head} aria-rowindex={1}>
        {selection && (
          <th scope="col" aria-label={text.columns.select}>
            <Checkbox
              size="xs"
              aria-label={text.selectAll}
              checked={selected > 0 && selected >= rows}
              indeterminate={selected > 0 && selected < rows}
              onChange={selection.toggleAll}
            />
          </th>
        )}
        {columns.map(({ id, header, align }) => (
          <th key={id} scope="col" className={align === 'right' ? classes.right : undefined}>
            {header}
          </th>
        ))}
      </tr>
    </thead>
  );
}

interface LogRowProps {
  readonly row: object;
  readonly id: string;
  readonly index: number;
  readonly start: number;
  readonly name: string;
  readonly href: string;
  readonly columns: readonly LogColumn<object>[];
  readonly reachable: boolean;
  readonly selected: boolean | undefined;
  readonly toggle: ((id: string) => void) | undefined;
  readonly measure: (node: Element | null) => void;
  readonly onActive: (id: string) => void;
}

const LogRow = memo(function LogRow(props: LogRowProps) {
  const { row, id, index, start, name, href, columns, reachable, selected, toggle, measure, onActive } =
    props;
  return (
    <tr
      ref={measure}
      data-index={index}
      data-row={id}
      aria-rowindex={index + 2}
      aria-selected={selected}
      aria-label={name}
      tabIndex={reachable ? 0 : -1}
      className={classes.row}
      style={{ transform: `translateY(${start}px)` }}
      onFocus={() => onActive(id)}
    >
      {toggle && (
        <td>
          <input
            type="checkbox"
            tabIndex={-1}
            checked={selected === true}
            aria-label={text.selectOne(name)}
            onChange={() => toggle(id)}
          />
        </td>
      )}
      {columns.map(({ id: column, cell, align, phone }, place) => (
        <td
          key={column}
          className={[
            classes.cell,
            align === 'right' && classes.right,
            phone === 'line' && classes.line,
            phone === 'none' && classes.wide,
          ]
            .filter(Boolean)
            .join(' ')}
        >
          {place === 0 ? (
            <a href={href} tabIndex={-1}>
              {cell(row)}
            </a>
          ) : (
            cell(row)
          )}
        </td>
      ))}
    </tr>
  );
});

function Placeholder() {
  return (
    <tbody>
      {Array.from({ length: placeholderRows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same.
        <tr key={index}>
          <td>
            <Skeleton h={20} mx={14} my={11} w="auto" />
          </td>
        </tr>
      ))}
    </tbody>
  );
}

/** Focuses a row once it exists: those out of view have to be scrolled to first. */
function useFocus(scroll: RefObject<HTMLDivElement | null>): (id: string) => void {
  const wanted = useRef<string | null>(null);
  const focus = () => {
    const id = wanted.current;
    if (id === null) return;
    const row = scroll.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`);
    if (row === null || row === undefined) return;
    wanted.current = null;
    row.focus({ preventScroll: true });
  };
  useEffect(focus);
  return (id) => {
    wanted.current = id;
    focus();
  };
}

/** Tells which rows are in view, and when the last is near. */
function useView<Row>({
  items,
  list,
  idOf,
  rows,
  onNearEnd,
  onView,
}: Pick<LogTableProps<Row>, 'idOf' | 'rows' | 'onNearEnd' | 'onView'> & {
  readonly items: readonly VirtualItem[];
  readonly list: readonly Row[];
}): void {
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? -1;
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever the rows in view are others.
  useEffect(() => {
    onView(list.slice(first, last + 1).map(idOf));
    if (rows !== undefined && last >= list.length - rowsFromEnd) onNearEnd();
  }, [first, last, rows]);
}
