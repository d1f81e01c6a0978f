import { Stack } from '@mantine/core';
import { useState } from 'react';
import { history } from '#strings/history.ts';
import { useRead } from '../api/index.ts';
import { isOpen, ResendCard } from './resend-card.tsx';

const shown = 5;

/** What is being sent again, and what was while this page was open, until it is hidden. */
export function OpenResends() {
  const { data } = useRead('/v1/resends', { query: { limit: shown } });
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const unseen = (data?.data ?? []).filter((resend) => isOpen(resend) && !seen.has(resend.id));
  if (unseen.length > 0) setSeen(new Set([...seen, ...unseen.map(({ id }) => id)]));
  const resends = (data?.data ?? []).filter(
    (resend) => isOpen(resend) || (seen.has(resend.id) && !hidden.has(resend.id)),
  );
  if (resends.length === 0) return null;
  return (
    <Stack gap="xs" component="section" aria-label={history.resends.running}>
      {resends.map((resend) => (
        <ResendCard
          key={resend.id}
          resend={resend}
          dismiss={() => setHidden(new Set([...hidden, resend.id]))}
        />
      ))}
    </Stack>
  );
}
