import type { ParticipantDetail } from '@fanfare/client';
import { Badge, Group, ScrollArea, Tabs } from '@mantine/core';
import { getRouteApi, Outlet, useMatchRoute, useNavigate } from '@tanstack/react-router';
import { frame } from '#strings/frame.ts';
import { participants as text } from '#strings/participants.ts';
import { useRead } from '../api/index.ts';
import { useLiveLists } from '../campaigns/index.ts';
import { Page, Problem } from '../elements/index.ts';
import { PagePlaceholder } from '../frame/index.ts';
import { participantName } from '../pickers/index.ts';
import { ErasureNotice } from './erasure-notice.tsx';
import { ParticipantContext } from './participant.ts';
import { ParticipantActions } from './participant-actions.tsx';

const route = getRouteApi('/signed-in/participants/$participantId');
const crumbs = [{ label: frame.pages.participants, to: '/participants' }] as const;

/** The address of each tab, in the order of the tabs. */
const tabs = {
  profile: '/participants/$participantId',
  activity: '/participants/$participantId/activity',
  rewards: '/participants/$participantId/rewards',
  referrals: '/participants/$participantId/referrals',
  plays: '/participants/$participantId/plays',
  signIns: '/participants/$participantId/sign-ins',
  events: '/participants/$participantId/events',
  deliveries: '/participants/$participantId/deliveries',
} as const;

/** What is different once they did something. */
const lists = [
  '/v1/participants/{id}',
  '/v1/campaigns/{id}/activity',
  '/v1/campaigns/{id}/earnings',
  '/v1/campaigns/{id}/referrals',
  '/v1/campaigns/{id}/plays',
  '/v1/sign-ins',
  '/v1/events',
] as const;

type TabName = keyof typeof tabs;
const tabNames = Object.keys(tabs) as readonly TabName[];

export function ParticipantPage() {
  const { participantId } = route.useParams();
  useLiveLists(lists);
  const found = useRead('/v1/participants/{id}', { path: { id: participantId } });
  // The page before may have been somebody else's; the id of somebody who was merged names another.
  const stale = found.isPlaceholderData;
  if (found.error !== null && (found.data === undefined || stale)) {
    return (
      <Page title={participantId} crumbs={crumbs}>
        <Problem error={found.error} again={() => void found.refetch()} />
      </Page>
    );
  }
  return found.data === undefined || stale ? <PagePlaceholder /> : <Shown participant={found.data} />;
}

function Shown({ participant }: { readonly participant: ParticipantDetail }) {
  return (
    <Page
      title={participantName(participant)}
      mark={<Marks participant={participant} />}
      crumbs={crumbs}
      actions={participant.erased_at === null && <ParticipantActions participant={participant} />}
    >
      {participant.erased_at !== null && <ErasureNotice participantId={participant.id} />}
      <ParticipantContext value={participant}>
        <ParticipantTabs id={participant.id} />
      </ParticipantContext>
    </Page>
  );
}

function Marks({ participant: { test, erased_at } }: { readonly participant: ParticipantDetail }) {
  return (
    <Group gap="xs">
      {test && (
        <Badge variant="light" color="gray" tt="none">
          {text.test}
        </Badge>
      )}
      {erased_at !== null && (
        <Badge variant="light" color="gray" tt="none">
          {text.erased}
        </Badge>
      )}
    </Group>
  );
}

function ParticipantTabs({ id }: { readonly id: string }) {
  const navigate = useNavigate();
  const matches = useMatchRoute();
  const { participantId } = route.useParams();
  const current =
    tabNames.find((name) => matches({ to: tabs[name], params: { participantId } })) ?? 'profile';
  return (
    <Tabs
      value={current}
      onChange={(chosen) => {
        const tab = tabNames.find((name) => name === chosen);
        if (tab !== undefined) void navigate({ to: tabs[tab], params: { participantId: id } });
      }}
      activateTabWithKeyboard={false}
    >
      <ScrollArea type="never" mb="md">
        <Tabs.List aria-label={text.tabs.label} style={{ flexWrap: 'nowrap' }}>
          {tabNames.map((name) => (
            <Tabs.Tab key={name} value={name} style={{ flexShrink: 0 }}>
              {text.tabs[name]}
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
