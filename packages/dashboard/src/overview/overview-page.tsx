import { SimpleGrid } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { overview as text } from '#strings/overview.ts';
import { fanfare } from '../api/index.ts';
import {
  type Range,
  RangePicker,
  ResponseTimeChart,
  refreshMsOf,
  sinceOf,
  VolumeChart,
} from '../charts/index.ts';
import { Page, Problem } from '../elements/index.ts';
import { Attention } from './attention.tsx';
import { DeliveryStates } from './delivery-states.tsx';
import { FirstSteps } from './first-steps.tsx';
import { RecentActivity } from './recent-activity.tsx';
import { Vitals } from './vitals.tsx';

const route = getRouteApi('/signed-in/');

function useStatistics(range: Range) {
  return useQuery({
    queryKey: ['/v1/statistics', range],
    queryFn: ({ signal }) => fanfare.get('/v1/statistics', { query: { since: sinceOf(range) }, signal }),
    refetchInterval: refreshMsOf(range),
    placeholderData: keepPreviousData,
  });
}

/** How deliveries are doing: now, over the range in the address, and what somebody has to look at. */
export function OverviewPage() {
  const { range = '1h' } = route.useSearch();
  const navigate = route.useNavigate();
  const statistics = useStatistics(range);

  return (
    <Page
      title={text.title}
      actions={
        <RangePicker
          value={range}
          onChange={(range) => void navigate({ search: { range }, replace: true, resetScroll: false })}
        />
      }
    >
      <FirstSteps />
      <Problem error={statistics.error} again={() => void statistics.refetch()} />
      <Vitals statistics={statistics.data} />
      <Attention />
      {(statistics.data !== undefined || statistics.error === null) && (
        <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
          <VolumeChart statistics={statistics.data} />
          <ResponseTimeChart statistics={statistics.data} />
        </SimpleGrid>
      )}
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
        <DeliveryStates statistics={statistics.data} range={range} />
        <RecentActivity />
      </SimpleGrid>
    </Page>
  );
}
