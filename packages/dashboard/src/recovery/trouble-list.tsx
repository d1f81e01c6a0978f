import type { WebhookConcern } from '@fanfare/client';
import { Paper, Skeleton, Stack, Title } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { recovery } from '#strings/recovery.ts';
import { useRead } from '../api/index.ts';
import { Nothing, Problem } from '../elements/index.ts';
import type { RecoverySearch } from './search.ts';
import { TroubleCard } from './trouble-card.tsx';

const { trouble: text } = recovery;

/** Each webhook that needs attention once, the gravest first, with everything that is the matter with it. */
export function TroubleList({ replay }: { readonly replay: (wanted: RecoverySearch) => void }) {
  const { data, error, refetch } = useRead('/v1/statistics/concerns');
  const webhooks = data && byWebhook(data.data);
  return (
    <Stack gap="sm" component="section" aria-label={text.title}>
      <Title order={2} size="h4">
        {text.title}
      </Title>
      <Problem error={error} again={() => void refetch()} />
      {webhooks === undefined && error === null && <Skeleton h={150} />}
      {webhooks?.length === 0 && (
        <Paper withBorder radius="md">
          <Nothing icon={<IconCircleCheck />} title={text.none} description={text.noneDetail} />
        </Paper>
      )}
      {webhooks?.map((concerns) => (
        <TroubleCard key={concerns[0].webhook_id} concerns={concerns} replay={replay} />
      ))}
    </Stack>
  );
}

export type Concerns = readonly [WebhookConcern, ...WebhookConcern[]];

function byWebhook(concerns: readonly WebhookConcern[]): readonly Concerns[] {
  const grouped = new Map<string, [WebhookConcern, ...WebhookConcern[]]>();
  for (const concern of concerns) {
    const others = grouped.get(concern.webhook_id);
    if (others === undefined) grouped.set(concern.webhook_id, [concern]);
    else others.push(concern);
  }
  return [...grouped.values()];
}
