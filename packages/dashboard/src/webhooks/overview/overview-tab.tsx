import { Group, SimpleGrid, Stack } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { fanfare } from '../../api/index.ts';
import {
  type Range,
  RangePicker,
  ResponseTimeChart,
  refreshMsOf,
  sinceOf,
  VolumeChart,
} from '../../charts/index.ts';
import { Problem } from '../../elements/index.ts';
import { useWebhook } from '../webhook.ts';
import { Answers } from './answers.tsx';
import { Figures } from './figures.tsx';
import { HealthChanges } from './health-changes.tsx';
import { HealthNotice } from './health-notice.tsx';
import { Identity } from './identity.tsx';
import { Secrets } from './secrets.tsx';
import { StatusChart, SuccessChart } from './trends.tsx';

const route = getRouteApi('/signed-in/webhooks/$webhookId/');

function useStatistics(id: string, range: Range) {
  return useQuery({
    queryKey: ['/v1/webhooks/{id}/statistics', id, range],
    queryFn: ({ signal }) =>
      fanfare.get('/v1/webhooks/{id}/statistics', {
        path: { id },
        query: { since: sinceOf(range) },
        signal,
      }),
    refetchInterval: refreshMsOf(range),
    placeholderData: keepPreviousData,
  });
}

/** How a webhook is doing, over the range in the address. */
export function OverviewTab() {
  const { range = '24h' } = route.useSearch();
  const navigate = route.useNavigate();
  const webhook = useWebhook();
  const statistics = useStatistics(webhook.id, range);

  return (
    <Stack gap="lg">
      <HealthNotice webhook={webhook} />
      <Group justify="flex-end">
        <RangePicker
          value={range}
          onChange={(chosen) =>
            void navigate({ search: { range: chosen }, replace: true, resetScroll: false })
          }
        />
      </Group>
      <Problem error={statistics.error} again={() => void statistics.refetch()} />
      <Figures statistics={statistics.data} />
      {(statistics.data !== undefined || statistics.error === null) && (
        <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
          <VolumeChart statistics={statistics.data} />
          <SuccessChart statistics={statistics.data} />
          <ResponseTimeChart statistics={statistics.data} />
          <StatusChart statistics={statistics.data} />
        </SimpleGrid>
      )}
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
        <Identity webhook={webhook} />
        <Stack gap="md">
          <Secrets webhook={webhook} />
          <Answers statistics={statistics.data} />
        </Stack>
      </SimpleGrid>
      <HealthChanges webhookId={webhook.id} />
    </Stack>
  );
}
