import { Group, Stack } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { campaignTabs } from '#strings/campaign-tabs.ts';
import { ParticipantSelect } from '../pickers/index.ts';
import { ActivityList } from './activity-list.tsx';
import { useCampaign } from './campaign.ts';
import { CsvLink } from './csv-link.tsx';

const text = campaignTabs.activity;
const route = getRouteApi('/signed-in/campaigns/$campaignId/activity');

export function ActivityTab() {
  const { id } = useCampaign();
  const { participant } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Stack>
      <Group justify="space-between" align="flex-end">
        <ParticipantSelect
          label={text.onlyOf}
          placeholder={text.anybody}
          clearable
          w={280}
          value={participant ?? null}
          onChange={(chosen) => void navigate({ search: chosen === null ? {} : { participant: chosen } })}
        />
        <CsvLink campaignId={id} table="activity" />
      </Group>
      <ActivityList campaignId={id} participantId={participant} />
    </Stack>
  );
}
