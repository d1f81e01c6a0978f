import type { WebhookExample } from '@fanfare/client';
import { Group, Paper, Select, Stack, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { webhookTest } from '#strings/webhook-test.ts';
import { useRead } from '../../api/index.ts';
import { Nothing, Problem } from '../../elements/index.ts';
import { PagePlaceholder } from '../../frame/index.ts';
import { ParticipantSelect } from '../../pickers/index.ts';
import { useMay } from '../../session/index.ts';
import { NotYours } from '../not-yours.tsx';
import { useWebhook } from '../webhook.ts';
import { ExampleParts } from './example-parts.tsx';
import type { ExampleSearch } from './search.ts';
import { Verification } from './verification.tsx';

const { example: words } = webhookTest;
const route = getRouteApi('/signed-in/webhooks/$webhookId/example');

/** What the webhook sends for each of its events, and how a receiver verifies it. */
export function ExampleTab() {
  return useMay('webhooks') ? <Examples /> : <NotYours />;
}

function Examples() {
  const webhook = useWebhook();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const examples = useRead('/v1/webhooks/{id}/examples', {
    path: { id: webhook.id },
    query: { ...(search.participant !== undefined && { participant_id: search.participant }) },
  });
  const choose = (change: { readonly [Place in keyof ExampleSearch]: ExampleSearch[Place] | undefined }) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false });

  const list = examples.data?.data ?? [];
  const shown =
    list.find(
      ({ event_type, scope }) => event_type === search.event && (scope ?? undefined) === search.scope,
    ) ??
    list.find(({ event_type }) => event_type === search.event) ??
    list[0];

  if (examples.data?.data.length === 0)
    return (
      <Paper withBorder>
        <Nothing {...words.nothing} />
      </Paper>
    );
  return (
    <Stack gap="lg">
      <Group align="flex-end" gap="sm">
        <Select
          label={words.event}
          data={list.map((one) => ({ value: keyOf(one), label: labelOf(one) }))}
          value={shown === undefined ? null : keyOf(shown)}
          onChange={(key) => {
            const chosen = list.find((one) => keyOf(one) === key);
            if (chosen !== undefined) choose({ event: chosen.event_type, scope: chosen.scope ?? undefined });
          }}
          allowDeselect={false}
          searchable
          flex="1 1 260px"
          maw={420}
        />
        <ParticipantSelect
          label={words.participant}
          placeholder={words.participantDefault}
          value={search.participant ?? null}
          onChange={(participant) => choose({ participant: participant ?? undefined })}
          clearable
          flex="1 1 220px"
          maw={320}
        />
      </Group>
      <Problem error={examples.error} again={() => void examples.refetch()} />
      {examples.isPending && <PagePlaceholder />}
      {shown !== undefined && (
        <>
          <Text size="sm" maw={820}>
            {shown.description}
          </Text>
          <ExampleParts example={shown} part={search.part ?? 'body'} onPart={(part) => choose({ part })} />
        </>
      )}
      {examples.data !== undefined && (
        <Verification
          code={examples.data.verification}
          language={search.language ?? 'typescript'}
          onLanguage={(language) => choose({ language })}
        />
      )}
    </Stack>
  );
}

const keyOf = ({ event_type, scope }: WebhookExample) => `${event_type} ${scope ?? ''}`;

function labelOf({ event_type, scope }: WebhookExample): string {
  return scope === null ? event_type : `${scope}: ${event_type}`;
}
