import { Stack } from '@mantine/core';
import { useState } from 'react';
import { history } from '#strings/history.ts';
import { useRead } from '../api/index.ts';
import { isOpen, ResendCard } from './resend-card.tsx';

const shown = 5;

/** What is being sent again, and what was since this page was opened, until it is hidden. */
export function OpenResends() {
  const { data } = useRead('/v1/resends', { query: { limit: shown } });
  const [before, setBefore] = useState<ReadonlySet<string> | null>(null);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  if (data !== undefined && before === null) {
    setBefore(new Set(data.data.filter((resend) => !isOpen(resend)).map(({ id }) => id)));
  }
  const resends = (data?.data ?? []).filter(({ id }) => before?.has(id) === false && !hidden.has(id));
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
