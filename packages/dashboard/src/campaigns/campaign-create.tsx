import type { NewCampaign } from '@fanfare/client';
import { useNavigate } from '@tanstack/react-router';
import { campaignSettings as text } from '#strings/campaign-settings.ts';
import { campaigns } from '#strings/campaigns.ts';
import { fanfare, useChange } from '../api/index.ts';
import { Page } from '../elements/index.ts';
import { SettingsForm } from './settings-form.tsx';
import { bodyOf, newCampaign } from './settings-values.ts';

export function CampaignCreate() {
  const navigate = useNavigate();
  const create = useChange((body: NewCampaign) => fanfare.post('/v1/campaigns', { body }), {
    changes: ['/v1/campaigns'],
    problem: 'shown',
    done: ({ name }) => text.created(name),
  });
  return (
    <Page
      title={text.createTitle}
      description={text.createDescription}
      crumbs={[{ label: campaigns.page.crumb, to: '/campaigns' }]}
    >
      <SettingsForm
        initial={newCampaign}
        campaignId={null}
        action={text.create}
        saving={create.isPending}
        error={create.error}
        onSave={(values, _form, leave) =>
          create.mutate(bodyOf(values), {
            onSuccess: ({ id }) => {
              leave();
              void navigate({ to: '/campaigns/$campaignId/design', params: { campaignId: id } });
            },
          })
        }
      />
    </Page>
  );
}
