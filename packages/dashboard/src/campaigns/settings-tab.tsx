import type { NewCampaign } from '@fanfare/client';
import { Stack, Text } from '@mantine/core';
import { campaignSettings as text } from '#strings/campaign-settings.ts';
import { fanfare, useChange } from '../api/index.ts';
import { FormSection } from '../elements/index.ts';
import { useMay } from '../session/index.ts';
import { useCampaign } from './campaign.ts';
import { differences } from './differences.ts';
import { SettingsForm, startFrom } from './settings-form.tsx';
import { bodyOf, valuesOf } from './settings-values.ts';

export function SettingsTab() {
  const campaign = useCampaign();
  const mayChange = useMay('campaigns');
  const save = useChange(
    (body: Partial<NewCampaign>) => fanfare.patch('/v1/campaigns/{id}', { path: { id: campaign.id }, body }),
    { changes: ['/v1/campaigns'], problem: 'shown', done: text.saved },
  );
  return (
    <Stack gap="lg">
      {!mayChange && <Text c="dimmed">{text.readOnly}</Text>}
      <SettingsForm
        initial={valuesOf(campaign)}
        campaignId={campaign.id}
        action={text.save}
        saving={save.isPending}
        error={save.error}
        mayChange={mayChange}
        onSave={(values, form) =>
          save.mutate(differences(bodyOf(form.getInitialValues()), bodyOf(values)), {
            onSuccess: (saved) => startFrom(form, valuesOf(saved)),
          })
        }
      />
      <div style={{ maxWidth: 860 }}>
        <FormSection title={text.ending.title} description={text.ending.description}>
          {null}
        </FormSection>
      </div>
    </Stack>
  );
}
