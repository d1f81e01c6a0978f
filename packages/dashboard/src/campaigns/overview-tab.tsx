import type { Campaign } from '@fanfare/client';
import { Button, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { campaignTabs } from '#strings/campaign-tabs.ts';
import { useRead } from '../api/index.ts';
import { count, Facts, Moment, Nothing, none } from '../elements/index.ts';
import { useMay } from '../session/index.ts';
import { useCampaign } from './campaign.ts';
import { useCommunityNames } from './community-names.ts';
import { useDesignNames } from './design-names.ts';
import { nameOf } from './participant-link.tsx';
import { Period } from './period.tsx';
import { points } from './points.ts';
import { RewardTotals } from './reward-totals.tsx';

const text = campaignTabs.overview;

export function OverviewTab() {
  const campaign = useCampaign();
  return (
    <Stack gap="lg">
      <Start campaignId={campaign.id} />
      <Figures campaign={campaign} />
      <Rules campaign={campaign} />
      <Stack gap="xs">
        <div>
          <Title order={2} size="h4">
            {text.rewards}
          </Title>
          <Text size="sm" c="dimmed">
            {text.rewardsHint}
          </Text>
        </div>
        <RewardTotals campaignId={campaign.id} />
      </Stack>
    </Stack>
  );
}

/** The next step for a campaign in which nothing can be done. */
function Start({ campaignId }: { readonly campaignId: string }) {
  const { data } = useRead('/v1/campaigns/{id}/tasks', { path: { id: campaignId } });
  const mayDesign = useMay('campaigns');
  if (data === undefined || data.data.length > 0) return null;
  return (
    <Paper withBorder radius="md">
      <Nothing
        title={text.start.title}
        description={text.start.description}
        action={
          mayDesign ? (
            <Button
              renderRoot={(props) => (
                <Link to="/campaigns/$campaignId/design" params={{ campaignId }} {...props} />
              )}
            >
              {text.start.action}
            </Button>
          ) : undefined
        }
      />
    </Paper>
  );
}

function Figures({ campaign }: { readonly campaign: Campaign }) {
  const path = { id: campaign.id };
  const communities = useCommunityNames();
  const tasks = useRead('/v1/campaigns/{id}/tasks', { path });
  const quests = useRead('/v1/campaigns/{id}/quests', { path });
  const leaders = useRead('/v1/campaigns/{id}/leaderboard', { path, query: { limit: 1 } });
  const leader = leaders.data?.data[0];
  return (
    <Facts
      facts={[
        {
          label: text.leader,
          value: leader === undefined ? text.nobody : nameOf(leader.participant_id, leader),
          note: leader && text.leaderPoints(points(leader.total_points), campaign.points_name),
        },
        {
          label: text.tasks,
          value: tasks.data === undefined ? none : count(tasks.data.data.length),
          note: quests.data && text.tasksIn(quests.data.data.length),
        },
        {
          label: text.runs,
          value: (
            <Text fw={600} component="div">
              <Period campaign={campaign} />
            </Text>
          ),
          note: (
            <>
              {text.created} <Moment at={campaign.created_at} />
            </>
          ),
        },
        {
          label: text.community,
          value: (
            <Text fw={600} component="div">
              {communities.get(campaign.community_id) ?? none}
            </Text>
          ),
        },
      ]}
    />
  );
}

function Rules({ campaign }: { readonly campaign: Campaign }) {
  const tasks = useDesignNames(campaign.id);
  const { points_name, initial_points, tiers } = campaign;
  return (
    <Paper withBorder radius="md" p="md" component="section">
      <Title order={2} size="h4" mb="sm">
        {text.rules}
      </Title>
      <SimpleGrid component="dl" cols={{ base: 1, sm: 2 }} spacing="sm" m={0}>
        <Rule label={text.initial}>{`${points(initial_points)} ${points_name}`}</Rule>
        <Rule label={text.qualifies}>{qualification(campaign, tasks)}</Rule>
        <Rule label={text.bonus}>{bonus(campaign)}</Rule>
        <Rule label={text.tiers}>
          {tiers.length === 0
            ? text.tiersNone
            : tiers.map(({ name, min_points }) => text.tierFrom(name, points(min_points))).join(', ')}
        </Rule>
      </SimpleGrid>
    </Paper>
  );
}

function Rule({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div>
      <Text component="dt" size="xs" c="dimmed" fw={600}>
        {label}
      </Text>
      <Text component="dd" size="sm" m={0} style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
    </div>
  );
}

function qualification(
  { referral_rule: rule, points_name }: Campaign,
  tasks: ReadonlyMap<string, string>,
): string {
  const { qualifiesBy: by } = text;
  const names = rule.any_of_task_ids.map((id) => tasks.get(id) ?? id);
  const ways = [
    ...(rule.min_points === null ? [] : [by.points(points(rule.min_points), points_name)]),
    ...(names.length === 0 ? [] : [by.tasks(names.join(', '))]),
  ];
  return ways.length === 0 ? by.joining : ways.join(` ${by.or} `);
}

function bonus({ referral_bonus: given, points_name }: Campaign): string {
  if (given === null) return text.bonusNone;
  if ('percent' in given) return text.bonusPercent(points(given.percent));
  return text.bonusAmount(points(given.amount), points_name);
}
