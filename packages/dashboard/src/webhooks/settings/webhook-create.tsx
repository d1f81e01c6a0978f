import type { WebhookWithSecret } from '@fanfare/client';
import { Button, Group, Stack } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { webhookSettings as text } from '#strings/webhook-settings.ts';
import { webhookTest } from '#strings/webhook-test.ts';
import { webhooks } from '#strings/webhooks.ts';
import { fanfare, useChange } from '../../api/index.ts';
import { FormProblem, Page, useUnsavedGuard } from '../../elements/index.ts';
import { useMay } from '../../session/index.ts';
import { NotYours } from '../not-yours.tsx';
import { choiceBody } from '../test/search.ts';
import { UnsavedTest } from '../test/unsaved-test.tsx';
import { SaveBar } from './save-bar.tsx';
import type { SecretChoice } from './secret.ts';
import { settingFields, useSettingsForm } from './settings-form.ts';
import { SettingsSections } from './settings-sections.tsx';
import { changedBody, newValues, newWebhookBody, settingsBody } from './values.ts';
import { WebhookCreated } from './webhook-created.tsx';

const route = getRouteApi('/signed-in/webhooks/new');
const crumbs = [{ label: webhooks.title, to: '/webhooks' }] as const;

interface Created {
  readonly webhook: WebhookWithSecret;
  readonly kind: SecretChoice['kind'];
}

/** A new webhook, and once it is there, its secret and what comes next. */
export function WebhookCreate() {
  const may = useMay('webhooks');
  const [created, setCreated] = useState<Created | null>(null);
  if (created !== null) return <WebhookCreated {...created} />;
  return (
    <Page title={text.createTitle} description={text.createDescription} crumbs={crumbs}>
      {may ? <NewWebhook onCreated={setCreated} /> : <NotYours />}
    </Page>
  );
}

function NewWebhook({ onCreated }: { readonly onCreated: (created: Created) => void }) {
  const { url = '' } = route.useSearch();
  const [initial] = useState(() => ({ ...newValues(), url }));
  const form = useSettingsForm(initial);
  const isBegun = Object.keys(changedBody(form.values, initial)).length > 0;
  const release = useUnsavedGuard(isBegun);
  const create = useChange(() => fanfare.post('/v1/webhooks', { body: newWebhookBody(form.values) }), {
    changes: ['/v1/webhooks', '/v1/statistics/webhooks'],
    problem: 'shown',
    onDone: (webhook) => {
      release();
      onCreated({ webhook, kind: form.values.secret.kind });
    },
  });
  return (
    <form onSubmit={form.onSubmit(() => create.mutate(undefined))}>
      <Stack gap="md">
        <SettingsSections form={form} />
        <FormProblem form={form} error={create.error} fields={settingFields} />
        <SaveBar>
          <UnsavedTest
            subscription={form.values}
            note={webhookTest.unsaved.neverSaved}
            send={(choice) =>
              fanfare.post('/v1/webhook-tests', {
                body: { ...choiceBody(choice), settings: settingsBody(form.values) },
              })
            }
          />
          <Group gap="xs">
            <Button type="submit" loading={create.isPending}>
              {text.create}
            </Button>
          </Group>
        </SaveBar>
      </Stack>
    </form>
  );
}
