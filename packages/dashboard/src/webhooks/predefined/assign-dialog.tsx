import type { Format, WebhookWithSecret } from '@fanfare/client';
import { Anchor, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { predefinedHooks } from '#strings/webhook-places.ts';
import { fanfare, useChange } from '../../api/index.ts';
import { FormProblem, ShownOnceDialog } from '../../elements/index.ts';
import { CampaignChoice } from '../settings/campaign-choice.tsx';
import { generatedSecret, type SecretChoice, secretBody } from '../settings/secret.ts';
import { SecretChoiceInput } from '../settings/secret-choice.tsx';
import { SecretShown } from '../settings/secret-shown.tsx';
import { UrlField } from '../settings/url-field.tsx';

const { dialog: words } = predefinedHooks;
const fields = ['id', 'url', 'secret', 'campaigns'] as const;

interface AssignDialogProps {
  readonly format: Format['name'];
  readonly hook: Format['predefined_webhooks'][number];
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Makes a webhook of a predefined one: ID, URL, Secret and Campaigns are all there is to say. */
export function AssignDialog({ opened, onClose, ...props }: AssignDialogProps) {
  return (
    <ShownOnceDialog opened={opened} onClose={onClose} title={words.title}>
      <Assignment {...props} onDone={onClose} />
    </ShownOnceDialog>
  );
}

function Assignment({
  format,
  hook,
  onDone,
}: Pick<AssignDialogProps, 'format' | 'hook'> & { readonly onDone: () => void }) {
  const form = useForm({
    initialValues: {
      id: useGeneratedId(hook.events),
      url: '',
      secret: generatedSecret,
      campaigns: [] as readonly string[],
    },
  });
  const assign = useChange(
    ({ id, url, secret, campaigns }: typeof form.values) =>
      fanfare.post('/v1/webhooks', {
        body: {
          name: hook.name,
          format,
          events: hook.events,
          ...(id !== '' && { id }),
          url,
          campaigns,
          ...secretBody(secret),
        },
      }),
    { changes: ['/v1/webhooks', '/v1/statistics/webhooks'], problem: 'shown' },
  );
  if (assign.isSuccess) return <Done webhook={assign.data} kind={form.values.secret.kind} onDone={onDone} />;
  const errorOf = (field: (typeof fields)[number]) => {
    const error = form.errors[field];
    return typeof error === 'string' ? error : undefined;
  };
  return (
    <form onSubmit={form.onSubmit((values) => assign.mutate(values))}>
      <Stack>
        <Text size="sm">{words.hook(hook.name)}</Text>
        <TextInput
          label={words.id}
          description={words.idHint}
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps('id')}
        />
        <UrlField
          {...form.getInputProps('url')}
          value={form.values.url}
          onChange={(url) => form.setFieldValue('url', url)}
        />
        <SecretChoiceInput
          label={words.secret}
          value={form.values.secret}
          onChange={(secret) => form.setFieldValue('secret', secret)}
          error={errorOf('secret')}
        />
        <CampaignChoice
          label={words.campaigns}
          value={form.values.campaigns}
          onChange={(campaigns) => form.setFieldValue('campaigns', campaigns)}
          error={errorOf('campaigns')}
        />
        <FormProblem form={form} error={assign.error} fields={fields} />
        <Group justify="flex-end">
          <Button type="submit" loading={assign.isPending}>
            {words.assign}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Done({
  webhook,
  kind,
  onDone,
}: {
  readonly webhook: WebhookWithSecret;
  readonly kind: SecretChoice['kind'];
  readonly onDone: () => void;
}) {
  return (
    <Stack>
      <Text size="sm">{words.ready(webhook.id)}</Text>
      <SecretShown webhook={webhook} kind={kind} />
      <Group justify="space-between">
        <Anchor
          size="sm"
          renderRoot={(props) => (
            <Link to="/webhooks/$webhookId/example" params={{ webhookId: webhook.id }} {...props} />
          )}
        >
          {words.verify}
        </Anchor>
        <Button onClick={onDone}>{words.done}</Button>
      </Group>
    </Stack>
  );
}

/** As `user_activity-4f7k2m`: tells what it is for, and nobody else has it. */
function useGeneratedId(events: readonly string[]): string {
  const [id] = useState(() => {
    const random = crypto.getRandomValues(new Uint8Array(6));
    return `${events[0] ?? 'hook'}-${[...random].map((byte) => (byte % 36).toString(36)).join('')}`;
  });
  return id;
}
