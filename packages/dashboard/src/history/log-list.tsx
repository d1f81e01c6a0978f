import { Alert, Button, Group, Loader, Paper, Stack, Text } from '@mantine/core';
import { type ReactNode, type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { history as text } from '#strings/history.ts';
import { Problem } from '../elements/index.ts';
import { KeysDialog, useKeys, useLetterKeys } from './keys.tsx';
import type { Log } from './log.ts';
import { type LogColumn, type LogSelection, LogTable, type LogTableHandle } from './log-table.tsx';
import { TailBar } from './tail-bar.tsx';
import { useLogState } from './use-log.ts';

const topPx = 8;

export interface LogListProps<Row> {
  readonly log: Log<Row>;
  readonly label: string;
  readonly columns: readonly LogColumn<Row>[];
  readonly idOf: (row: Row) => string;
  readonly nameOf: (row: Row) => string;
  /** Where a row leads. */
  readonly hrefOf: (row: Row) => string;
  readonly open: (row: Row) => void;
  readonly selection?: LogSelection;
  /** Where `/` goes. */
  readonly textField: RefObject<HTMLInputElement | null>;
  /** Instead of an empty list. */
  readonly empty: ReactNode;
  /** Buttons beside the table. */
  readonly actions?: ReactNode;
  readonly minWidth?: number;
}

/** A table of a `Log` with its live tail and its keys. */
export function LogList<Row>(props: LogListProps<Row>) {
  const { log, label, columns, idOf, nameOf, hrefOf, open, selection, textField, empty, actions, minWidth } =
    props;
  const state = useLogState(log);
  const { rows, error, hasMore, loading, sparse } = state;
  const [paused, setPaused] = useState(false);
  const [atTop, setAtTop] = useState(log.place.offset === 0);
  const [active, setActive] = useState(log.place.active);
  const [helping, setHelping] = useState(false);
  const [lettersOn] = useLetterKeys();
  const table = useRef<LogTableHandle>(null);

  useEffect(() => log.follow(atTop && !paused), [log, atTop, paused]);
  const activate = useCallback(
    (id: string) => {
      log.place.active = id;
      setActive(id);
    },
    [log],
  );
  const rowWithFocus = () => rows?.find((row) => idOf(row) === active);
  useKeys(
    {
      down: () => table.current?.move(1),
      up: () => table.current?.move(-1),
      open: () => {
        const row = rowWithFocus();
        if (row !== undefined) open(row);
      },
      select: selection && (() => active !== null && selection.toggle(active)),
      filter: () => textField.current?.focus(),
      help: () => setHelping(true),
    },
    lettersOn,
  );
  const nearEnd = useCallback(() => {
    if (!log.state().sparse) void log.more();
  }, [log]);
  const scrolled = useCallback(
    (offset: number) => {
      log.place.offset = offset;
      setAtTop(offset <= topPx);
    },
    [log],
  );
  const inView = useCallback((ids: readonly string[]) => log.view(ids), [log]);

  const failed = error !== null && (
    <Problem error={error} again={() => (rows === undefined || hasMore ? void log.more() : log.touchAll())} />
  );
  const none = rows?.length === 0 && !hasMore;
  return (
    <Stack gap="xs">
      <TailBar
        state={state}
        paused={paused}
        setPaused={setPaused}
        showWaiting={() => {
          log.showWaiting();
          table.current?.toTop();
        }}
        showKeys={() => setHelping(true)}
      >
        {actions}
      </TailBar>
      {failed}
      {none ? (
        <Paper withBorder radius="md">
          {empty}
        </Paper>
      ) : (
        !(rows === undefined && error !== null) && (
          <LogTable
            ref={table}
            label={label}
            columns={columns}
            rows={rows}
            idOf={idOf}
            nameOf={nameOf}
            hrefOf={hrefOf}
            open={open}
            active={active}
            onActive={activate}
            {...(selection && { selection })}
            onNearEnd={nearEnd}
            initialOffset={log.place.offset}
            onScrolled={scrolled}
            onView={inView}
            {...(minWidth !== undefined && { minWidth })}
            foot={
              <Foot loading={loading} hasMore={hasMore} sparse={sparse} further={() => void log.more()} />
            }
          />
        )
      )}
      <KeysDialog opened={helping} close={() => setHelping(false)} maySelect={selection !== undefined} />
    </Stack>
  );
}

function Foot({
  loading,
  hasMore,
  sparse,
  further,
}: {
  readonly loading: boolean;
  readonly hasMore: boolean;
  readonly sparse: boolean;
  readonly further: () => void;
}) {
  if (sparse) {
    return (
      <Alert color="blue" variant="light" title={text.foot.sparse}>
        <Button size="xs" variant="default" onClick={further} loading={loading}>
          {text.foot.further}
        </Button>
      </Alert>
    );
  }
  return (
    <Group gap="xs" justify="center" mih={22}>
      {hasMore && <Loader size="xs" aria-hidden />}
      <Text size="xs" c="dimmed">
        {hasMore ? text.foot.reading : text.foot.end}
      </Text>
    </Group>
  );
}
