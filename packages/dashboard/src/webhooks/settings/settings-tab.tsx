import type { Webhook } from '@fanfare/client';
import { Button, Group, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useMemo } from 'react';
import { webhookSettings as text } from '#strings/webhook-settings.ts';
import { webhookTest } from '#strings/webhook-test.ts';
import { fanfare, useChange } from '../../api/index.ts';
import { FormProblem, useUnsavedGuard } from '../../elements/index.ts';
import { useMay } from '../../session/index.ts';
import { choiceBody } from '../test/search.ts';
import { UnsavedTest } from '../test/unsaved-test.tsx';
import { useWebhook } from '../webhook.ts';
import { SaveBar } from './save-bar.tsx';
import { settingFields, useSettingsForm } from './settings-form.ts';
import { SettingsSections } from './settings-sections.tsx';
import { SettingsShown } from './settings-shown.tsx';
import { changedBody, type SettingsValues, valuesOf } from './values.ts';

export function SettingsTab() {
  const webhook = useWebhook();
  return useMay('webhooks') ? <Editor webhook={webhook} /> : <SettingsShown webhook={webhook} />;
}

function Editor({ webhook }: { readonly webhook: Webhook }) {
  const navigate = useNavigate();
  const saved = useMemo(() => valuesOf(webhook), [webhook]);
  const form = useSettingsForm(saved);
  const changes = changedBody(form.values, form.getInitialValues());
  const count = Object.keys(changes).length;
  const release = useUnsavedGuard(count > 0);

  // What somebody else saved is shown unless something here would be lost.
  const takeOver = useEffectEvent((values: SettingsValues) => {
    if (count > 0) return;
    form.setInitialValues(values);
    form.setValues(values);
  });
  useEffect(() => takeOver(saved), [saved]);

  const save = useChange(
    () => fanfare.patch('/v1/webhooks/{id}', { path: { id: webhook.id }, body: changes }),
    {
      done: text.saved,
      problem: 'shown',
      onDone: (after) => {
        release();
        const values = valuesOf(after);
        form.setInitialValues(values);
        form.setValues(values);
        if (after.id !== webhook.id)
          void navigate({
            to: '/webhooks/$webhookId/settings',
            params: { webhookId: after.id },
            replace: true,
          });
      },
    },
  );

  return (
    <form
      onSubmit={form.onSubmit(() => save.mutate(undefined))}
      onReset={(event) => {
        event.preventDefault();
        form.reset();
        save.reset();
      }}
    >
      <Stack gap="md">
        <SettingsSections form={form} saved={webhook} />
        <FormProblem form={form} error={save.error} fields={settingFields} />
        <SaveBar>
          <Text size="sm" c="dimmed" aria-live="polite">
            {count === 0 ? text.unchanged : text.changed(count)}
          </Text>
          <Group gap="xs">
            <UnsavedTest
              subscription={form.values}
              note={form.values.url === webhook.url ? undefined : webhookTest.unsaved.otherUrl}
              send={(choice) =>
                fanfare.post('/v1/webhooks/{id}/test', {
                  path: { id: webhook.id },
                  body: { ...choiceBody(choice), settings: changes },
                })
              }
            />
            <Button type="reset" variant="default" disabled={count === 0}>
              {text.reset}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={count === 0}>
              {text.save}
            </Button>
          </Group>
        </SaveBar>
      </Stack>
    </form>
  );
}
