import { Drawer } from '@mantine/core';
import { auditLog as text } from '#strings/audit-log.ts';
import { useRead } from '../api/index.ts';
import { count, Nothing, Reading } from '../elements/index.ts';
import { EntryDetails } from './entry-details.tsx';
import type { AuditFilter } from './search.ts';

/** One entry over the list. It is read by its time, so that its address works however old it is. */
export function EntryDrawer({
  entry,
  at,
  onClose,
  onFilter,
}: {
  readonly entry: number | null;
  readonly at: string | null;
  readonly onClose: () => void;
  readonly onFilter: (filter: AuditFilter) => void;
}) {
  const opened = entry !== null && at !== null;
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size="lg"
      title={entry === null ? '' : text.entry.title(count(entry))}
    >
      {opened && <OneEntry key={entry} number={entry} at={at} onFilter={onFilter} />}
    </Drawer>
  );
}

function OneEntry({
  number,
  at,
  onFilter,
}: {
  readonly number: number;
  readonly at: string;
  readonly onFilter: (filter: AuditFilter) => void;
}) {
  const until = new Date(Date.parse(at) + 1).toISOString();
  const entries = useRead('/v1/audit-log', { query: { since: at, until, limit: 250 } });
  return (
    <Reading query={entries} height={320}>
      {({ data }) => {
        const entry = data.find((one) => one.number === number);
        return entry === undefined ? (
          <Nothing {...text.entry.missing} />
        ) : (
          <EntryDetails entry={entry} onFilter={onFilter} />
        );
      }}
    </Reading>
  );
}
