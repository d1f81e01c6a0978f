import { Select, Stack } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { participants as text } from '#strings/participants.ts';
import { Nothing } from '../elements/index.ts';
import { useCampaigns } from '../pickers/index.ts';
import { useParticipant } from './participant.ts';

/** What is kept by campaign: for the one in the address, else the first that they take part in. */
export function InCampaign({ children }: { readonly children: (campaignId: string) => ReactNode }) {
  const { participations } = useParticipant();
  const { campaign } = useSearch({ strict: false }) as { readonly campaign?: string };
  const navigate = useNavigate();
  const names = new Map(useCampaigns().data?.map(({ id, name }) => [id, name]));
  const ids = participations.map(({ campaign_id }) => campaign_id);
  const shown = ids.find((id) => id === campaign) ?? ids[0];
  if (shown === undefined) {
    const { title, description } = text.profile.noCampaigns;
    return <Nothing title={title} description={description} />;
  }
  return (
    <Stack gap="md">
      <Select
        label={text.campaign}
        data={ids.map((id) => ({ value: id, label: names.get(id) ?? id }))}
        value={shown}
        onChange={(id) => void navigate({ to: '.', search: { campaign: id } as never, replace: true })}
        allowDeselect={false}
        maw={320}
      />
      {children(shown)}
    </Stack>
  );
}
