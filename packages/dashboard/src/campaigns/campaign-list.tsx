import { Button, Tabs } from '@mantine/core';
import { IconPlus, IconSpeakerphone } from '@tabler/icons-react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { campaigns as text } from '#strings/campaigns.ts';
import { useList } from '../api/index.ts';
import { type Column, count, Moment, Nothing, none, Page, PagedTable, RowLink } from '../elements/index.ts';
import { useMay } from '../session/index.ts';
import { CampaignBadge } from './campaign-badge.tsx';
import { Communities } from './communities.tsx';
import { useCommunityNames } from './community-names.ts';
import { type ListedCampaign, useListedCampaigns } from './listed-campaign.ts';
import { Period } from './period.tsx';

const route = getRouteApi('/signed-in/campaigns');

export function CampaignList() {
  const { tab = 'campaigns' } = route.useSearch();
  const navigate = route.useNavigate();
  const mayChange = useMay('campaigns');
  return (
    <Page title={text.title} description={text.description} actions={mayChange && <CreateButton />}>
      <Tabs
        value={tab}
        onChange={(chosen) =>
          void navigate({ search: chosen === 'communities' ? { tab: 'communities' } : {} })
        }
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="campaigns">{text.tabs.campaigns}</Tabs.Tab>
          <Tabs.Tab value="communities">{text.tabs.communities}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="campaigns">
          <CampaignTable />
        </Tabs.Panel>
        <Tabs.Panel value="communities">
          <Communities />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function CreateButton() {
  return (
    <Button
      leftSection={<IconPlus size={16} />}
      renderRoot={(props) => <Link to="/campaigns/new" {...props} />}
    >
      {text.create}
    </Button>
  );
}

function CampaignTable() {
  const mayChange = useMay('campaigns');
  const { pages, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useList('/v1/campaigns');
  const communities = useCommunityNames();
  const columns = useMemo(() => columnsWith((id: string) => communities.get(id) ?? ''), [communities]);
  return (
    <PagedTable
      label={text.listLabel}
      columns={columns}
      pages={pages}
      useRows={useListedCampaigns}
      rowId={({ campaign }) => campaign.id}
      error={error}
      again={() => void refetch()}
      empty={
        <Nothing
          icon={<IconSpeakerphone />}
          title={text.empty.title}
          description={mayChange ? text.empty.may : text.empty.mayNot}
          action={mayChange ? <CreateButton /> : undefined}
        />
      }
      more={{ has: hasNextPage, loading: isFetchingNextPage, load: () => void fetchNextPage() }}
    />
  );
}

function columnsWith(communityName: (id: string) => string): readonly Column<ListedCampaign>[] {
  return [
    {
      id: 'name',
      header: text.name,
      cell: ({ campaign: { id, name } }) => (
        <RowLink to="/campaigns/$campaignId" params={{ campaignId: id }}>
          {name}
        </RowLink>
      ),
    },
    { id: 'status', header: text.status, cell: ({ campaign }) => <CampaignBadge campaign={campaign} /> },
    { id: 'runs', header: text.runs, cell: ({ campaign }) => <Period campaign={campaign} /> },
    {
      id: 'participants',
      header: text.participants,
      cell: ({ summary }) => (summary === null ? none : count(summary.participants)),
      align: 'right',
    },
    {
      id: 'webhooks',
      header: text.webhooks,
      cell: ({ summary }) => (summary === null ? none : count(summary.webhooks)),
      align: 'right',
      wide: true,
    },
    {
      id: 'activity',
      header: text.lastActivity,
      cell: ({ summary }) => (summary === null ? none : <Moment at={summary.last_activity_at} />),
    },
    {
      id: 'community',
      header: text.community,
      cell: ({ campaign }) => communityName(campaign.community_id),
      wide: true,
    },
    {
      id: 'created',
      header: text.created,
      cell: ({ campaign }) => <Moment at={campaign.created_at} />,
      wide: true,
    },
  ];
}
