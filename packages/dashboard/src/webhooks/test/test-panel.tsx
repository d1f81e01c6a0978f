import type { Webhook, WebhookTestResult } from '@fanfare/client';
import { Button, Group, Select, Stack } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { webhookTest as text } from '#strings/webhook-test.ts';
import { useChange, useRead } from '../../api/index.ts';
import { Problem } from '../../elements/index.ts';
import { ParticipantSelect, useEventTypes } from '../../pickers/index.ts';
import type { TestChoice } from './search.ts';
import { TestResult } from './test-result.tsx';

/** Chooses whom and what a test is about, sends it with `send`, and shows what came of it. */
export function TestPanel({
  subscription: { format, events },
  choice,
  onChoice,
  send,
}: {
  readonly subscription: Pick<Webhook, 'format' | 'events'>;
  readonly choice: TestChoice;
  readonly onChoice: (choice: TestChoice) => void;
  readonly send: () => Promise<WebhookTestResult>;
}) {
  const test = useChange(send, { problem: 'shown' });
  return (
    <Stack gap="md">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          // A dialog stands in the form that opened it, whose submission this is not.
          event.stopPropagation();
          test.mutate(undefined);
        }}
      >
        <Group align="flex-end" gap="sm">
          <WhatSelects format={format} events={events} choice={choice} onChoice={onChoice} />
          <ParticipantSelect
            label={text.participant}
            placeholder={text.participantDefault}
            value={choice.participant ?? null}
            onChange={(participant) => onChoice(withChoice(choice, { participant }))}
            clearable
            flex="1 1 220px"
            maw={320}
          />
          <Button type="submit" leftSection={<IconSend size={16} />} loading={test.isPending}>
            {text.test}
          </Button>
        </Group>
      </form>
      <Problem error={test.error} />
      {test.data !== undefined && <TestResult result={test.data} />}
    </Stack>
  );
}

/** The scope where the format has them, and the event. */
function WhatSelects({
  format,
  events,
  choice,
  onChoice,
}: Pick<Webhook, 'format' | 'events'> & {
  readonly choice: TestChoice;
  readonly onChoice: (choice: TestChoice) => void;
}) {
  const known = useRead('/v1/formats').data?.data.find(({ name }) => name === format);
  const types = useEventTypes().data ?? [];
  const carried = types.filter(({ formats }) => formats.includes(format)).map(({ type }) => type);
  const scopes = known?.scopes ?? [];
  const isScoped = scopes.length > 0;
  const wanted = isScoped || events.length === 0 ? carried : carried.filter((type) => events.includes(type));
  return (
    <>
      {isScoped && (
        <Select
          label={text.scope}
          placeholder={text.scopeDefault}
          data={events.length === 0 ? [...scopes] : scopes.filter((scope) => events.includes(scope))}
          value={choice.scope ?? null}
          onChange={(scope) => onChoice(withChoice(choice, { scope }))}
          clearable
          flex="1 1 180px"
          maw={260}
        />
      )}
      <Select
        label={text.event}
        placeholder={text.eventDefault}
        data={wanted}
        value={choice.event ?? null}
        onChange={(event) => onChoice(withChoice(choice, { event }))}
        searchable
        clearable
        flex="1 1 200px"
        maw={300}
      />
    </>
  );
}

/** With another choice in one place; null takes it back. */
function withChoice(
  choice: TestChoice,
  change: { readonly [Place in keyof TestChoice]?: string | null },
): TestChoice {
  return Object.fromEntries(
    Object.entries({ ...choice, ...change }).filter((entry) => entry[1] !== null && entry[1] !== undefined),
  );
}
