import { Tabs } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { history as text } from '#strings/history.ts';
import { Page } from '../elements/index.ts';
import { DeliveryHistory } from './delivery-history.tsx';
import { EventHistory } from './event-history.tsx';

const route = getRouteApi('/signed-in/history');

export function HistoryPage() {
  const { tab = 'deliveries' } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Page title={text.title} description={text.description}>
      <Tabs
        value={tab}
        onChange={(chosen) =>
          void navigate({
            search: (before) => ({ ...before, tab: chosen === 'events' ? 'events' : undefined }),
            replace: true,
          })
        }
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="deliveries">{text.tabs.deliveries}</Tabs.Tab>
          <Tabs.Tab value="events">{text.tabs.events}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="deliveries">
          <DeliveryHistory />
        </Tabs.Panel>
        <Tabs.Panel value="events">
          <EventHistory />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
