import type { SignIn } from '@fanfare/client';
import { Anchor } from '@mantine/core';
import { IconLogin2 } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { participants } from '#strings/participants.ts';
import { useList } from '../api/index.ts';
import { type Column, DataTable, Moment, Nothing, none } from '../elements/index.ts';
import { useCampaigns } from '../pickers/index.ts';
import { useParticipant } from './participant.ts';

const text = participants.signIns;

export function SignInsTab() {
  const { id } = useParticipant();
  const signIns = useList('/v1/sign-ins', { query: { participant_id: id } });
  const campaigns = useCampaigns().data;
  const columns = useMemo(
    () => columnsWith(new Map(campaigns?.map((campaign) => [campaign.id, campaign.name]))),
    [campaigns],
  );
  return (
    <DataTable
      label={text.label}
      columns={columns}
      rows={signIns.rows}
      rowId={({ event_id }) => event_id}
      error={signIns.error}
      again={() => void signIns.refetch()}
      empty={<Nothing title={text.empty.title} description={text.empty.description} icon={<IconLogin2 />} />}
      more={{
        has: signIns.hasNextPage,
        loading: signIns.isFetchingNextPage,
        load: () => void signIns.fetchNextPage(),
      }}
    />
  );
}

const columnsWith = (campaigns: ReadonlyMap<string, string>): readonly Column<SignIn>[] => [
  { id: 'when', header: text.columns.when, cell: ({ at }) => <Moment at={at} /> },
  { id: 'method', header: text.columns.method, cell: ({ method }) => method ?? none },
  {
    id: 'account',
    header: text.columns.account,
    cell: ({ account }) => (account === null ? none : `${account.name} (${account.platform})`),
  },
  {
    id: 'campaign',
    header: text.columns.campaign,
    cell: ({ campaign_id }) => (campaign_id === null ? none : (campaigns.get(campaign_id) ?? campaign_id)),
  },
  {
    id: 'event',
    header: text.columns.event,
    cell: ({ event_id }) => (
      <Anchor
        size="sm"
        renderRoot={(props) => <Link to="/history" search={{ event: event_id }} {...props} />}
      >
        {text.event}
      </Anchor>
    ),
  },
];
