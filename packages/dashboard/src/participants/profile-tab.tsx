import type { ParticipantDetail, Participation } from '@fanfare/client';
import { Anchor, Card, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useMemo } from 'react';
import { participants } from '#strings/participants.ts';
import { points } from '../campaigns/index.ts';
import {
  type Column,
  Copyable,
  count,
  DataTable,
  Details,
  Moment,
  Nothing,
  none,
} from '../elements/index.ts';
import { useCampaigns } from '../pickers/index.ts';
import { useParticipant } from './participant.ts';

const text = participants.profile;

/** Who they are, what they are called elsewhere, and how they stand in each campaign. */
export function ProfileTab() {
  const participant = useParticipant();
  return (
    <Stack gap="lg">
      <Card withBorder padding="md">
        <Facts participant={participant} />
      </Card>
      <Section title={text.counters}>
        <Counters participations={participant.participations} />
      </Section>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Section title={text.accounts}>
          <Accounts participant={participant} />
        </Section>
        <Fields fields={participant.fields} />
      </SimpleGrid>
      <Absorbed absorbed={participant.absorbed} />
    </Stack>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Stack gap="sm" component="section">
      <Title order={2} size="h4">
        {title}
      </Title>
      {children}
    </Stack>
  );
}

function Facts({ participant }: { readonly participant: ParticipantDetail }) {
  const { id, external_id, email, phone, referral_code, created_at, updated_at } = participant;
  const copyable = (value: string | null, what: string) =>
    value === null ? none : <Copyable value={value} what={what} />;
  return (
    <Details
      details={[
        { label: text.id, value: copyable(id, text.id) },
        { label: text.ownId, value: copyable(external_id, text.ownId) },
        { label: text.email, value: email ?? none },
        { label: text.phone, value: phone ?? none },
        { label: text.code, value: copyable(referral_code, text.code) },
        { label: text.since, value: <Moment at={created_at} /> },
        { label: text.changed, value: <Moment at={updated_at} /> },
      ]}
    />
  );
}

function Accounts({ participant: { accounts } }: { readonly participant: ParticipantDetail }) {
  if (accounts.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {text.noAccounts}
      </Text>
    );
  }
  return (
    <Pairs
      label={text.accountsLabel}
      names={[text.platform, text.account]}
      pairs={accounts.map(({ platform, name }) => [
        platform,
        <Copyable key={name} value={name} what={text.theAccount} />,
      ])}
    />
  );
}

function Fields({ fields }: { readonly fields: ParticipantDetail['fields'] }) {
  const entries = Object.entries(fields);
  if (entries.length === 0) return null;
  return (
    <Section title={text.fields}>
      <Pairs
        label={text.fieldsLabel}
        names={[text.field, text.value]}
        pairs={entries.map(([name, value]) => [name, String(value)])}
      />
    </Section>
  );
}

function Pairs({
  label,
  names: [name, value],
  pairs,
}: {
  readonly label: string;
  readonly names: readonly [string, string];
  readonly pairs: readonly (readonly [string, ReactNode])[];
}) {
  return (
    <Card withBorder padding={0}>
      <Table aria-label={label} layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col" w="32%">
              {name}
            </Table.Th>
            <Table.Th scope="col">{value}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {pairs.map(([first, second], index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: one platform may come twice, and nothing is kept in a row.
            <Table.Tr key={index}>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{first}</Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{second}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

function Counters({ participations }: { readonly participations: readonly Participation[] }) {
  const campaigns = useCampaigns().data;
  const columns = useMemo(
    () => counterColumns(new Map(campaigns?.map(({ id, name }) => [id, name]))),
    [campaigns],
  );
  const { title, description } = text.noCampaigns;
  return (
    <DataTable
      label={text.countersLabel}
      columns={columns}
      rows={participations}
      rowId={({ campaign_id }) => campaign_id}
      empty={<Nothing title={title} description={description} />}
    />
  );
}

function counterColumns(campaigns: ReadonlyMap<string, string>): readonly Column<Participation>[] {
  return [
    {
      id: 'campaign',
      header: text.columns.campaign,
      cell: ({ campaign_id, team, multiplier_percent }) => (
        <>
          <Anchor
            size="sm"
            fw={600}
            renderRoot={(props) => (
              <Link to="/campaigns/$campaignId" params={{ campaignId: campaign_id }} {...props} />
            )}
          >
            {campaigns.get(campaign_id) ?? campaign_id}
          </Anchor>
          <Text size="xs" c="dimmed">
            {[
              team !== null && text.team(team),
              multiplier_percent !== 0 && text.multiplier(multiplier_percent),
            ]
              .filter(Boolean)
              .join(', ')}
          </Text>
        </>
      ),
    },
    {
      id: 'total',
      header: text.columns.total,
      align: 'right',
      cell: ({ total_points }) => <strong>{points(total_points)}</strong>,
    },
    {
      id: 'parts',
      header: text.columns.parts,
      cell: ({ referral_points, ugc_points }) => text.parts(points(referral_points), points(ugc_points)),
    },
    {
      id: 'rank',
      header: text.columns.rank,
      align: 'right',
      cell: ({ rank }) => (rank === null ? none : count(rank)),
    },
    {
      id: 'tier',
      header: text.columns.tier,
      cell: ({ tier, next_tier }) => (
        <>
          {tier?.name ?? none}
          {next_tier !== null && (
            <Text size="xs" c="dimmed">
              {text.nextTier(points(next_tier.missing_points), next_tier.name)}
            </Text>
          )}
        </>
      ),
    },
    {
      id: 'referrals',
      header: text.columns.referrals,
      align: 'right',
      cell: ({ referral_count }) => count(referral_count),
    },
    {
      id: 'best',
      header: text.columns.best,
      align: 'right',
      cell: ({ best_score }) => (best_score === null ? none : count(best_score)),
    },
    { id: 'joined', header: text.columns.joined, cell: ({ joined_at }) => <Moment at={joined_at} /> },
  ];
}

type AbsorbedOne = ParticipantDetail['absorbed'][number];

const absorbedColumns: readonly Column<AbsorbedOne>[] = [
  {
    id: 'who',
    header: text.absorbedColumns.who,
    cell: ({ id, external_id }) => <Copyable value={external_id ?? id} what={text.id} />,
  },
  { id: 'when', header: text.absorbedColumns.when, cell: ({ merged_at }) => <Moment at={merged_at} /> },
  { id: 'reason', header: text.absorbedColumns.reason, cell: ({ reason }) => reason ?? none },
];

function Absorbed({ absorbed }: { readonly absorbed: readonly AbsorbedOne[] }) {
  if (absorbed.length === 0) return null;
  return (
    <Section title={text.absorbed}>
      <DataTable
        label={text.absorbedLabel}
        columns={absorbedColumns}
        rows={absorbed}
        rowId={({ id }) => id}
        empty={null}
      />
    </Section>
  );
}
