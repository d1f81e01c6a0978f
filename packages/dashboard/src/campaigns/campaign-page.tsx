import { ScrollArea, Skeleton, Stack, Tabs } from '@mantine/core';
import { getRouteApi, Outlet, useMatchRoute, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { campaigns } from '#strings/campaigns.ts';
import { useRead } from '../api/index.ts';
import { Page, Problem } from '../elements/index.ts';
import { useMay } from '../session/index.ts';
import { CampaignContext } from './campaign.ts';
import { CampaignBadge } from './campaign-badge.tsx';
import { useLiveLists } from './live-lists.ts';
import { StatusMenu } from './status-menu.tsx';

const text = campaigns.page;
const route = getRouteApi('/signed-in/campaigns/$campaignId');

/** The address of each tab, in the order of the tabs. */
const tabs = {
  overview: '/campaigns/$campaignId',
  design: '/campaigns/$campaignId/design',
  participants: '/campaigns/$campaignId/participants',
  leaderboard: '/campaigns/$campaignId/leaderboard',
  referrals: '/campaigns/$campaignId/referrals',
  activity: '/campaigns/$campaignId/activity',
  corrections: '/campaigns/$campaignId/corrections',
  integration: '/campaigns/$campaignId/integration',
  settings: '/campaigns/$campaignId/settings',
} as const;

type TabName = keyof typeof tabs;
const tabNames = Object.keys(tabs) as readonly TabName[];
const isTab = (name: string | null): name is TabName => name !== null && name in tabs;

/** One campaign: what is the same on all its tabs, and the tabs. */
export function CampaignPage() {
  const { campaignId } = route.useParams();
  useLiveLists();
  const { data: campaign, error, refetch } = useRead('/v1/campaigns/{id}', { path: { id: campaignId } });
  const crumbs = [{ label: text.crumb, to: '/campaigns' }] as const;
  if (campaign === undefined || campaign.id !== campaignId) {
    return (
      <Page title={campaigns.title} crumbs={crumbs}>
        {error === null ? <Waiting /> : <Problem error={error} again={() => void refetch()} />}
      </Page>
    );
  }
  return (
    <Page
      title={campaign.name}
      mark={<CampaignBadge campaign={campaign} />}
      crumbs={crumbs}
      actions={<StatusMenu campaign={campaign} />}
    >
      <CampaignContext value={campaign}>
        <CampaignTabs campaignId={campaignId} />
      </CampaignContext>
    </Page>
  );
}

function CampaignTabs({ campaignId }: { readonly campaignId: string }) {
  const navigate = useNavigate();
  const matches = useMatchRoute();
  const mayCorrect = useMay('people');
  const shown = tabNames.filter((name) => name !== 'corrections' || mayCorrect);
  const current = tabNames.find((name) => matches({ to: tabs[name], params: { campaignId } })) ?? 'overview';
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current
      ?.querySelector(`[data-tab="${current}"]`)
      ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [current]);
  return (
    <Tabs
      value={current}
      onChange={(name) => isTab(name) && void navigate({ to: tabs[name], params: { campaignId } })}
      activateTabWithKeyboard={false}
    >
      <ScrollArea type="never" mb="md">
        <Tabs.List ref={list} aria-label={text.tabs} style={{ flexWrap: 'nowrap' }}>
          {shown.map((name) => (
            <Tabs.Tab key={name} value={name} data-tab={name} style={{ flexShrink: 0 }}>
              {text[name]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </ScrollArea>
      <Tabs.Panel value={current}>
        <Outlet />
      </Tabs.Panel>
    </Tabs>
  );
}

function Waiting() {
  return (
    <Stack aria-busy>
      <Skeleton h={36} maw={640} />
      <Skeleton h={320} />
    </Stack>
  );
}
