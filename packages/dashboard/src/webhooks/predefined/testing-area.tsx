import type { Format, Webhook } from '@fanfare/client';
import { Button, Group, Stack, Title } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { useState } from 'react';
import { predefinedHooks } from '#strings/webhook-places.ts';
import { fanfare, useChange } from '../../api/index.ts';
import { Problem } from '../../elements/index.ts';
import { type WebhookQuery, WebhookSelect } from '../../pickers/index.ts';
import { TestResult } from '../test/test-result.tsx';
import { UserField } from './user-field.tsx';

const { testing: words } = predefinedHooks;
const mostFound = 20;

/** Sends a simulated event of the hook's scope for one user, and shows Response body and Response result. */
export function TestingArea({
  hook,
  webhooks,
  among,
}: {
  readonly hook: Format['predefined_webhooks'][number];
  /** The first it is assigned to. */
  readonly webhooks: readonly Webhook[];
  /** All of them. */
  readonly among: WebhookQuery;
}) {
  const [chosen, setChosen] = useState<string | null>(null);
  const [user, setUser] = useState('');
  const id = chosen ?? webhooks[0]?.id ?? '';
  const test = useChange(
    async (named: string) => {
      const who = named === '' ? null : await findUser(named);
      if (who !== null && 'fault' in who) return who;
      return fanfare.post('/v1/webhooks/{id}/test', {
        path: { id },
        body: {
          ...(hook.events[0] !== undefined && { scope: hook.events[0] }),
          ...(who !== null && { participant_id: who.id }),
        },
      });
    },
    { problem: 'shown' },
  );
  const { data } = test;
  const isAboutUser = data !== undefined && 'fault' in data;
  return (
    <Stack gap="sm" mt="md" component="section" aria-label={words.titleOf(hook.name)}>
      <Title order={3} size="h6">
        {words.title}
      </Title>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          test.mutate(user.trim());
        }}
      >
        <Group align="flex-end" gap="sm">
          {webhooks.length > 1 && (
            <WebhookSelect
              label={words.webhook}
              among={among}
              value={id}
              onChange={setChosen}
              allowDeselect={false}
              flex="1 1 220px"
              maw={360}
            />
          )}
          <UserField
            value={user}
            onChange={setUser}
            error={isAboutUser && test.variables === user.trim() ? data.fault : undefined}
          />
          <Button type="submit" leftSection={<IconSend size={16} />} loading={test.isPending}>
            {words.test}
          </Button>
        </Group>
      </form>
      <Problem error={test.error} />
      {data !== undefined && !isAboutUser && <TestResult result={data} headings={4} />}
    </Stack>
  );
}

/** Who has this id, address or account: one person, or why it cannot be said. */
async function findUser(named: string): Promise<{ readonly id: string } | { readonly fault: string }> {
  const { data: found } = await fanfare.get('/v1/participants', {
    query: { search: named, limit: mostFound },
  });
  const exact = found.find(({ id, external_id, email }) => [id, external_id, email].includes(named));
  const [user, another] = exact === undefined ? found : [exact];
  if (user === undefined) return { fault: words.nobody };
  return another === undefined ? user : { fault: words.several };
}
