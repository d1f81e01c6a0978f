import { Alert, Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { participants } from '#strings/participants.ts';
import { useChanged, useRead } from '../api/index.ts';
import { count, Moment, Problem } from '../elements/index.ts';
import { useLive } from '../live/index.ts';

const text = participants.erasure;

/** Says of somebody whose data was erased how far that is, and what it changed. */
export function ErasureNotice({ participantId }: { readonly participantId: string }) {
  const changed = useChanged();
  const erasure = useRead('/v1/participants/{id}/erasure', { path: { id: participantId } });
  useLive((message) => {
    if (message.kind !== 'job') return;
    const ours = erasure.data === undefined || message.data.job_id === erasure.data.job_id;
    if (ours) void changed('/v1/participants/{id}/erasure');
  });
  if (erasure.error !== null) return <Problem error={erasure.error} />;
  if (erasure.data === undefined) return null;
  const { finished_at, asked_at, counts, reason, job_id } = erasure.data;
  const changes = Object.entries(counts).filter(([, number]) => number > 0);
  return (
    <Alert
      color={finished_at === null ? 'blue' : 'gray'}
      variant="light"
      title={finished_at === null ? text.running : text.done}
      role="status"
    >
      <Text size="sm">
        {finished_at === null ? text.runningDetail : text.doneDetail}
        {changes.length > 0 &&
          ` ${changes.map(([kind, number]) => text.counts(count(number), kind.replaceAll('_', ' '))).join(', ')}.`}
      </Text>
      <Text size="sm" component="div">
        {text.at} <Moment at={asked_at} />
        {reason !== null && `: ${reason}`}
        {' · '}
        <Anchor
          size="sm"
          c="inherit"
          underline="always"
          renderRoot={(props) => (
            <Link to="/participants/imports/$jobId" params={{ jobId: job_id }} {...props} />
          )}
        >
          {text.job}
        </Anchor>
      </Text>
    </Alert>
  );
}
