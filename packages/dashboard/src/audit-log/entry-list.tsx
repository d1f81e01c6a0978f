import type { AuditEntry } from '@fanfare/client';
import { Button, Text } from '@mantine/core';
import { IconListDetails } from '@tabler/icons-react';
import { useMemo } from 'react';
import { auditLog as text } from '#strings/audit-log.ts';
import { useList } from '../api/index.ts';
import { type Column, DataTable, Moment, Nothing, none, RowLink } from '../elements/index.ts';
import { actionWords, actorName, targetName } from './entry-words.ts';
import type { AuditFilter } from './search.ts';

export function EntryList({
  filter,
  onClear,
}: {
  readonly filter: AuditFilter;
  readonly onClear: () => void;
}) {
  const entries = useList('/v1/audit-log', { query: filter });
  const filtered = Object.keys(filter).length > 0;
  const columns = useMemo(() => columnsOf(filter), [filter]);
  return (
    <DataTable
      label={text.label}
      columns={columns}
      rows={entries.rows}
      rowId={({ number }) => String(number)}
      error={entries.error}
      again={() => void entries.refetch()}
      empty={
        filtered ? (
          <Nothing
            title={text.nothingFound.title}
            description={text.nothingFound.description}
            action={
              <Button variant="default" onClick={onClear}>
                {text.nothingFound.action}
              </Button>
            }
          />
        ) : (
          <Nothing {...text.empty} icon={<IconListDetails />} />
        )
      }
      more={{
        has: entries.hasNextPage,
        loading: entries.isFetchingNextPage,
        load: () => void entries.fetchNextPage(),
      }}
    />
  );
}

/** A row opens its entry; what is filtered stays so. */
function columnsOf(filter: AuditFilter): readonly Column<AuditEntry>[] {
  return [
    {
      id: 'action',
      header: text.columns.action,
      cell: ({ number, at, action }) => (
        <RowLink to="/audit-log" search={{ ...filter, entry: number, at }}>
          {actionWords(action)}
        </RowLink>
      ),
    },
    {
      id: 'target',
      header: text.columns.target,
      cell: ({ target }) => (
        <Text size="sm" component="span" style={{ overflowWrap: 'anywhere' }}>
          {targetName(target)}
        </Text>
      ),
    },
    {
      id: 'actor',
      header: text.columns.actor,
      cell: ({ actor }) => (
        <Text size="sm" component="span" style={{ overflowWrap: 'anywhere' }} title={actor.email ?? ''}>
          {actorName(actor)}
        </Text>
      ),
    },
    {
      id: 'address',
      header: text.columns.address,
      cell: ({ origin }) => (
        <Text size="sm" ff="monospace" component="span">
          {origin.address ?? none}
        </Text>
      ),
      wide: true,
    },
    { id: 'at', header: text.columns.at, cell: ({ at }) => <Moment at={at} />, width: 130 },
  ];
}
