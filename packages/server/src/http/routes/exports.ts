import { z } from 'zod';
import type { Activity, ActivityItem, CampaignRulesSource } from '../../campaigns/index.ts';
import { idFromUuid, uuidOf } from '../../ids.ts';
import type { ExportedParticipantRow, ExportsStore } from '../../storage/index.ts';
import { type Api, pathId, problems } from '../api.ts';
import { type Cell, csvAnswer, sendTable } from '../csv.ts';

export interface ExportParts {
  readonly exports: ExportsStore;
  readonly activity: Activity;
  readonly campaignRules: Pick<CampaignRulesSource, 'rulesOf'>;
}

const params = z.object({ id: z.string() });
const tableRules =
  'A CSV file in UTF-8 (RFC 4180), written while it is read, however large it is. Text that a spreadsheet would take for a formula has an apostrophe before it.';

/** Whole lists as tables. */
export function exportRoutes(app: Api, parts: ExportParts): void {
  participantsTable(app, parts);
  activityTable(app, parts);
  leaderboardTable(app, parts);
}

function participantsTable(app: Api, { exports }: ExportParts): void {
  const header = [
    'id',
    'external_id',
    'email',
    'first_name',
    'last_name',
    'phone',
    'test',
    'referral_code',
    'fields',
  ];

  app.get(
    '/v1/participants.csv',
    {
      schema: {
        tags: ['Participants'],
        operationId: 'exportParticipants',
        summary: 'All participants as a table',
        description: `Oldest first, with a column for each platform on which somebody has an account; several accounts of a person on one platform stand below each other in their cell. It can be imported as it is. ${tableRules}`,
        response: { 200: csvAnswer(`${header.join(', ')}, account:<platform>…`), ...problems() },
      },
    },
    async (request, reply) => {
      const organization = uuidOf(request.principal.organizationId);
      const platforms = await exports.platforms(organization);
      return sendTable<ExportedParticipantRow>(reply, {
        fileName: 'participants',
        header: [...header, ...platforms.map((platform) => `account:${platform}`)],
        read: (after, limit) => exports.participants(organization, after?.id ?? null, limit),
        cells: (row) => [
          idFromUuid('usr', row.id),
          row.external_id,
          row.email,
          row.first_name,
          row.last_name,
          row.phone,
          row.test,
          row.referral_code,
          Object.keys(row.fields).length === 0 ? null : JSON.stringify(row.fields),
          ...platforms.map((platform) =>
            row.accounts
              .filter((account) => account.platform === platform)
              .map(({ name }) => name)
              .join('\n'),
          ),
        ],
      });
    },
  );
}

function activityTable(app: Api, { activity, exports, campaignRules }: ExportParts): void {
  const header = [
    'at',
    'kind',
    'id',
    'participant_id',
    'external_id',
    'subject_id',
    'subject',
    'platform',
    'account',
    'bucket',
    'cause',
    'points',
  ];

  app.get(
    '/v1/campaigns/:id/activity.csv',
    {
      schema: {
        tags: ['Campaigns'],
        operationId: 'exportActivity',
        summary: 'Completions and ledger entries as a table',
        description: `Newest first. ${tableRules}`,
        params,
        response: { 200: csvAnswer(header.join(', ')), ...problems('not_found') },
      },
    },
    async (request, reply) => {
      const { organizationId } = request.principal;
      const campaign = pathId('cmp', request.params.id);
      const rules = await campaignRules.rulesOf(campaign);
      const nameOf = (subject: string) =>
        [...(rules?.tasks.values() ?? []), ...(rules?.quests.values() ?? [])].find(({ id }) => id === subject)
          ?.name;
      const names = new Map<string, string | null>();

      return sendTable<{ readonly item: ActivityItem; readonly externalId: string | null }>(reply, {
        fileName: `${campaign}-activity`,
        header,
        read: async (after, limit) => {
          const items = await activity.list(organizationId, campaign, null, after?.item.uuid ?? null, limit);
          const people = [...new Set(items.map((item) => uuidOf(item.participantId)))];
          const externalIds = await exports.externalIds(uuidOf(organizationId), people);
          return items.map((item) => ({
            item,
            externalId: externalIds.get(uuidOf(item.participantId)) ?? null,
          }));
        },
        cells: ({ item, externalId }): Cell[] => {
          const shared = [item.at.toISOString(), item.kind, item.id, item.participantId, externalId];
          if (item.kind === 'points') {
            return [...shared, null, null, null, null, item.bucket, item.cause, item.points];
          }
          const { subject, account } = item;
          if (!names.has(subject)) names.set(subject, nameOf(subject) ?? null);
          const name = names.get(subject) ?? null;
          return [
            ...shared,
            subject,
            name,
            account?.platform ?? null,
            account?.name ?? null,
            null,
            null,
            item.points,
          ];
        },
      });
    },
  );
}

function leaderboardTable(app: Api, { activity }: ExportParts): void {
  const header = [
    'rank',
    'participant_id',
    'external_id',
    'first_name',
    'last_name',
    'team',
    'total_points',
    'referral_points',
    'ugc_points',
    'referral_count',
    'best_score',
    'joined_at',
  ];

  app.get(
    '/v1/campaigns/:id/leaderboard.csv',
    {
      schema: {
        tags: ['Campaigns'],
        operationId: 'exportLeaderboard',
        summary: 'The leaderboard as a table',
        description: `The participants with points, most first. Each line is as of when it was read: whoever gains points meanwhile may stand in two lines, or in none. ${tableRules}`,
        params,
        response: { 200: csvAnswer(header.join(', ')), ...problems('not_found') },
      },
    },
    async (request, reply) => {
      const { organizationId } = request.principal;
      const campaign = pathId('cmp', request.params.id);
      return sendTable<Awaited<ReturnType<Activity['leaderboard']>>[number]>(reply, {
        fileName: `${campaign}-leaderboard`,
        header,
        read: (after, limit) =>
          activity.leaderboard(organizationId, campaign, after?.position ?? null, limit),
        cells: (entry) => [
          entry.rank,
          entry.participantId,
          entry.externalId,
          entry.firstName,
          entry.lastName,
          entry.team,
          entry.totalPoints,
          entry.referralPoints,
          entry.ugcPoints,
          entry.referralCount,
          entry.bestScore,
          entry.joinedAt?.toISOString() ?? null,
        ],
      });
    },
  );
}
