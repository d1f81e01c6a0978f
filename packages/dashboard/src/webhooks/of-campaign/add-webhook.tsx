import type { Format, WebhookWithSecret } from '@fanfare/client';
import {
  Anchor,
  Button,
  Group,
  MultiSelect,
  Select,
  Skeleton,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { states } from '#strings/states.ts';
import { campaignWebhooks } from '#strings/webhook-places.ts';
import { fanfare, useChange, useRead } from '../../api/index.ts';
import { FormProblem, Problem, ShownOnceDialog } from '../../elements/index.ts';
import { useEventTypes } from '../../pickers/index.ts';
import { HeaderRows } from '../settings/header-rows.tsx';
import { SecretShown } from '../settings/secret-shown.tsx';
import { settingFields, useSettingsForm } from '../settings/settings-form.ts';
import { UrlField } from '../settings/url-field.tsx';
import { inFormat, newValues, newWebhookBody } from '../settings/values.ts';

const { dialog: words } = campaignWebhooks;

interface AddWebhookProps {
  readonly campaignId: string;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** A new webhook that is for one campaign: what most decide; everything else is on its page. */
export function AddWebhook({ campaignId, opened, onClose }: AddWebhookProps) {
  return (
    <ShownOnceDialog opened={opened} onClose={onClose} title={words.title}>
      <Adding campaignId={campaignId} onDone={onClose} />
    </ShownOnceDialog>
  );
}

function Adding({ campaignId, onDone }: { readonly campaignId: string; readonly onDone: () => void }) {
  const formats = useRead('/v1/formats');
  if (formats.error !== null) return <Problem error={formats.error} />;
  if (formats.data === undefined) return <Skeleton h={400} />;
  return <NewWebhook campaignId={campaignId} formats={formats.data.data} onDone={onDone} />;
}

function NewWebhook({
  campaignId,
  formats,
  onDone,
}: {
  readonly campaignId: string;
  readonly formats: readonly Format[];
  readonly onDone: () => void;
}) {
  const [initial] = useState(() => ({ ...newValues('gamify-route'), campaigns: [campaignId] }));
  const form = useSettingsForm(initial);
  const types = useEventTypes().data ?? [];
  const add = useChange(() => fanfare.post('/v1/webhooks', { body: newWebhookBody(form.values) }), {
    changes: ['/v1/webhooks', '/v1/statistics/webhooks'],
    problem: 'shown',
  });
  if (add.isSuccess) return <Added webhook={add.data} onDone={onDone} />;

  const carriedBy = (name: string) =>
    types.filter((type) => type.formats.some((format) => format === name)).map(({ type }) => type);
  const format = formats.find(({ name }) => name === form.values.format);
  const choices = (format?.scopes.length ?? 0) > 0 ? format?.scopes : carriedBy(form.values.format);
  const chooseFormat = (name: string | null) => {
    const chosen = formats.find((one) => one.name === name);
    if (chosen !== undefined) form.setValues(inFormat(form.values, chosen, carriedBy(chosen.name)));
  };
  return (
    <form onSubmit={form.onSubmit(() => add.mutate(undefined))}>
      <Stack>
        <TextInput label={words.name} description={words.nameHint} required {...form.getInputProps('name')} />
        <MultiSelect
          label={words.event}
          description={words.eventHint}
          data={[...(choices ?? [])]}
          searchable
          clearable
          {...form.getInputProps('events')}
          value={[...form.values.events]}
        />
        <UrlField
          label={words.url}
          {...form.getInputProps('url')}
          value={form.values.url}
          onChange={(url) => form.setFieldValue('url', url)}
        />
        <Textarea
          label={words.description}
          description={words.descriptionHint}
          autosize
          minRows={2}
          {...form.getInputProps('description')}
        />
        <Group grow align="flex-start">
          <Select
            label={words.method}
            data={[...(format?.methods ?? [])]}
            allowDeselect={false}
            {...form.getInputProps('method')}
          />
          <Select
            label={words.status}
            data={[
              { value: 'active', label: states.active },
              { value: 'inactive', label: states.inactive },
            ]}
            description={form.values.status === 'inactive' ? words.statusHint : undefined}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            allowDeselect={false}
            {...form.getInputProps('status')}
          />
        </Group>
        <HeaderRows
          value={form.values.headers}
          onChange={(headers) => form.setFieldValue('headers', headers)}
          error={typeof form.errors['headers'] === 'string' ? form.errors['headers'] : undefined}
        />
        <Select
          label={words.format}
          description={words.formatHint}
          data={formats.map(({ name, title }) => ({ value: name, label: title }))}
          value={form.values.format}
          onChange={chooseFormat}
          allowDeselect={false}
        />
        <FormProblem form={form} error={add.error} fields={settingFields} />
        <Group justify="flex-end">
          <Button type="submit" loading={add.isPending}>
            {words.add}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Added({ webhook, onDone }: { readonly webhook: WebhookWithSecret; readonly onDone: () => void }) {
  return (
    <Stack>
      <Text size="sm">{words.ready(webhook.name)}</Text>
      <SecretShown webhook={webhook} kind="v1" />
      <Group justify="space-between">
        <Anchor
          size="sm"
          renderRoot={(props) => (
            <Link to="/webhooks/$webhookId/example" params={{ webhookId: webhook.id }} {...props} />
          )}
        >
          {words.example}
        </Anchor>
        <Button onClick={onDone}>{words.done}</Button>
      </Group>
    </Stack>
  );
}
