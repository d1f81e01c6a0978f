import type { AuditEntry } from '@fanfare/client';
import { Button, Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { auditLog as text } from '#strings/audit-log.ts';
import { Copyable, exactTime, Moment } from '../elements/index.ts';
import { Differences } from './differences-table.tsx';
import { actionWords, actorName, targetName } from './entry-words.ts';
import type { AuditFilter } from './search.ts';
import { TargetLink } from './target-link.tsx';

/** Actions after which there is no page any more. */
const isGone = /\.(deleted|erased)$/;

export function EntryDetails({
  entry,
  onFilter,
}: {
  readonly entry: AuditEntry;
  readonly onFilter: (filter: AuditFilter) => void;
}) {
  const { actor, target, origin } = entry;
  return (
    <Stack gap="lg">
      <div>
        <Text fw={600}>{actionWords(entry.action)}</Text>
        <Text size="sm" c="dimmed" ff="monospace">
          {entry.action}
        </Text>
      </div>
      <Stack gap="sm">
        <Line label={text.entry.when}>
          {exactTime(entry.at)} (<Moment at={entry.at} />)
        </Line>
        <Line label={text.entry.who}>
          <Text size="sm">{[actorName(actor), actor.email].filter(Boolean).join(', ')}</Text>
          {actor.kind === 'operator' && (
            <Text size="xs" c="dimmed">
              {text.operatorHint}
            </Text>
          )}
          {actor.id !== null && actor.kind !== 'operator' && (
            <Copyable value={actor.id} what={text.entry.whoWhat} />
          )}
        </Line>
        <Line label={text.entry.target}>
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {targetName(target)}
          </Text>
          {target.id !== null && <Copyable value={target.id} what={text.entry.targetWhat} />}
        </Line>
        {origin.address !== null && (
          <Line label={text.entry.address}>
            <Copyable value={origin.address} what={text.entry.addressWhat} />
          </Line>
        )}
        {origin.user_agent !== null && (
          <Line label={text.entry.program}>
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {origin.user_agent}
            </Text>
          </Line>
        )}
        {origin.request_id !== null && (
          <Line label={text.entry.request}>
            <Copyable value={origin.request_id} what={text.entry.requestWhat} />
          </Line>
        )}
      </Stack>
      <Group gap="xs">
        {target.id !== null && !isGone.test(entry.action) && <TargetLink kind={target.kind} id={target.id} />}
        {actor.id !== null && (
          <Narrow filter={{ actor: actor.id }} onFilter={onFilter} label={text.entry.byActor} />
        )}
        {target.id !== null && (
          <Narrow filter={{ target: target.id }} onFilter={onFilter} label={text.entry.ofTarget} />
        )}
      </Group>
      <Differences entry={entry} />
      <Stack gap="sm">
        <Title order={3} size="h5">
          {text.entry.chain}
        </Title>
        <Line label={text.entry.hash}>
          <Copyable value={entry.hash} what={text.entry.hashWhat} />
        </Line>
        <Line label={text.entry.previous}>
          <Copyable value={entry.previous_hash} what={text.entry.previousWhat} />
        </Line>
      </Stack>
    </Stack>
  );
}

function Line({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed" fw={600}>
        {label}
      </Text>
      <Text size="sm" component="div">
        {children}
      </Text>
    </div>
  );
}

function Narrow({
  filter,
  label,
  onFilter,
}: {
  readonly filter: AuditFilter;
  readonly label: string;
  readonly onFilter: (filter: AuditFilter) => void;
}) {
  return (
    <Button size="xs" variant="default" onClick={() => onFilter(filter)}>
      {label}
    </Button>
  );
}
