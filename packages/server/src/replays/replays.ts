import type { CampaignRulesSource, Participants } from '../campaigns/index.ts';
import { isEventType } from '../catalog/index.ts';
import { type OrganizationId, type Uuid, uuidOf } from '../ids.ts';
import type { Job, Jobs } from '../jobs/index.ts';
import { type Fault, Problem } from '../problems.ts';
import { type Database, readReplayStandings, readReplayTarget } from '../storage/index.ts';
import { formatsThatCarry, type RoutingTable, type Webhook, type Webhooks } from '../webhooks/index.ts';
import { type Controls, controlsOf } from './controls.ts';
import { participantNamed } from './participant-named.ts';
import {
  paramsOf,
  type Replay,
  type ReplayOrder,
  type ReplayRequest,
  replayFrom,
  replayJobKind,
} from './replay.ts';
import { commitMs, replayJob } from './replay-job.ts';
import { type Finding, walkOf } from './walk.ts';

/** What a replay would do now. */
export interface ReplayForecast {
  readonly order: ReplayOrder;
  readonly lookedAt: number;
  /** Deliveries that would be made, or sent again. */
  readonly deliveries: number;
  readonly skippedPayments: number;
  /** The events of the first and the last of them; null when there are none. */
  readonly first: Finding['event'] | null;
  readonly last: Finding['event'] | null;
}

/**
 * Sends what the event log holds to a webhook, once more or for the first time. Unknown and foreign ids throw
 * `not_found`.
 */
export interface Replays extends Controls<Replay> {
  /**
   * Looks at everything and sends nothing. Throws `conflict` for a webhook that is off, `unknown_event_type`,
   * `unknown_campaign`, `unknown_participant`, and `invalid_replay` for a range that cannot be.
   */
  forecast(request: ReplayRequest): Promise<ReplayForecast>;
  /** Throws as `forecast` does, and `conflict` while another replay to this webhook is open. */
  start(request: ReplayRequest): Promise<Replay>;
  /** Newest first; `before` is the last one of the page before. */
  list(
    organization: OrganizationId,
    webhookId: string,
    before: Uuid | null,
    limit: number,
  ): Promise<readonly Replay[]>;
}

/** What a forecast reads at a time, and in all: about twenty seconds. */
const forecastPage = 1_000;
const mostForecast = 500_000;
const dayMs = 86_400_000;

export function createReplays(parts: {
  readonly database: Pick<Database, 'pool' | 'hotPool'>;
  readonly jobs: Pick<Jobs, 'register' | 'enqueue' | 'get' | 'list' | 'pause' | 'resume' | 'cancel'>;
  readonly webhooks: Pick<Webhooks, 'get' | 'customTypes'>;
  readonly routing: Pick<RoutingTable, 'webhook'>;
  readonly campaignRules: Pick<CampaignRulesSource, 'rulesOf'>;
  readonly participants: Pick<Participants, 'find' | 'findByExternalId'>;
  readonly retentionDays: number;
  readonly clock: { now(): number };
  /** Instead of the usual time that events get to be committed. */
  readonly commitMs?: number;
}): Replays {
  const { database, jobs, clock } = parts;
  const { routing } = parts;
  jobs.register(replayJobKind, replayJob({ routing, clock, commitMs: parts.commitMs ?? commitMs }));

  async function checked(request: ReplayRequest): Promise<{ webhook: Webhook; order: ReplayOrder }> {
    const { organizationId, campaignId, eventTypes } = request;
    const webhook = await parts.webhooks.get(organizationId, request.webhookId);
    requireActive(webhook);
    const now = clock.now();
    const until = new Date(Math.min(request.until?.getTime() ?? now, now));
    checkRange(request, until, now);
    if (eventTypes !== null) await checkTypes(eventTypes, webhook);
    if (campaignId !== null) {
      const rules = await parts.campaignRules.rulesOf(campaignId);
      if (rules?.organization.id !== organizationId) {
        throw refused(
          'unknown_campaign',
          '/campaign_id',
          `Campaign ${campaignId} does not exist in this organization. GET /v1/campaigns lists those that do.`,
        );
      }
    }
    const participantId =
      request.participant === null
        ? null
        : await participantNamed(parts.participants, organizationId, request.participant);
    const { only, since, ratePerSecond } = request;
    return {
      webhook,
      order: {
        webhookId: webhook.id,
        only,
        since,
        until,
        eventTypes: eventTypes === null ? null : [...new Set(eventTypes)],
        campaignId,
        participantId,
        ratePerSecond,
      },
    };
  }

  function checkRange({ since, until: asked }: ReplayRequest, until: Date, now: number): void {
    if (since.getTime() >= until.getTime()) {
      throw refused(
        'invalid_replay',
        '/since',
        asked === null || asked.getTime() > now
          ? `Found ${since.toISOString()}, which is not over yet. Expected a time in the past.`
          : `Found ${since.toISOString()}, expected a time before until, which is ${until.toISOString()}.`,
      );
    }
    // Retention drops whole days, UTC.
    const earliest = Math.floor((now - parts.retentionDays * dayMs) / dayMs) * dayMs;
    if (since.getTime() < earliest) {
      throw refused(
        'invalid_replay',
        '/since',
        `Found ${since.toISOString()}, and events are kept for ${parts.retentionDays} days. Expected ${new Date(earliest).toISOString()} or later: what is older is gone.`,
      );
    }
  }

  async function checkTypes(types: readonly string[], webhook: Webhook): Promise<void> {
    const custom = new Set(await parts.webhooks.customTypes(webhook.organizationId));
    const faults = types.flatMap((type, index): Fault[] =>
      isEventType(type) || custom.has(type)
        ? []
        : [{ pointer: `/event_types/${index}`, detail: `Found "${type}", which no event can be of.` }],
    );
    if (faults.length > 0) {
      throw new Problem(
        'unknown_event_type',
        `${faults.length === 1 ? faults[0]?.detail : `${faults.length} event types are unknown.`} GET /v1/event-types lists those there are.`,
        { faults },
      );
    }
    const index = types.findIndex((type) => !formatsThatCarry(type).includes(webhook.format));
    if (index === -1) return;
    throw refused(
      'invalid_replay',
      `/event_types/${index}`,
      `Found "${types[index]}", which does not travel in the format "${webhook.format}" of this webhook. Leave it out, or replay to a webhook of another format.`,
    );
  }

  async function standing(shown: readonly Job[]): Promise<readonly Replay[]> {
    if (shown.length === 0) return [];
    const standings = await readReplayStandings(
      database.pool,
      shown.map(({ uuid }) => uuid),
    );
    return shown.map((job) => replayFrom(job, standings.get(job.uuid)));
  }

  async function shown(job: Job): Promise<Replay> {
    return replayFrom(job, (await readReplayStandings(database.pool, [job.uuid])).get(job.uuid));
  }

  return {
    ...controlsOf(replayJobKind, jobs, shown),

    async forecast(request) {
      const { webhook, order } = await checked(request);
      const pays = (await readReplayTarget(database.hotPool, uuidOf(webhook.uid)))?.pays ?? false;
      const walk = walkOf(request.organizationId, webhook, order);
      let after = walk.start;
      let lookedAt = 0;
      let deliveries = 0;
      let skippedPayments = 0;
      let first: Finding['event'] | null = null;
      let last: Finding['event'] | null = null;
      for (;;) {
        const { sights, ended } = await walk.look(
          database.hotPool,
          { after, limit: forecastPage, before: order.until },
          pays,
        );
        for (const { at, findings, payments } of sights) {
          after = at;
          deliveries += findings.length;
          skippedPayments += payments;
          first ??= findings[0]?.event ?? null;
          last = findings.at(-1)?.event ?? last;
        }
        lookedAt += sights.length;
        if (ended) return { order, lookedAt, deliveries, skippedPayments, first, last };
        if (lookedAt >= mostForecast) throw tooLarge();
      }
    },

    async start(request) {
      const { webhook, order } = await checked(request);
      const { organizationId } = request;
      const about = { kind: replayJobKind, state: null, subject: webhook.uid };
      const [newest] = await jobs.list(organizationId, about, null, 1);
      if (newest !== undefined && newest.finishedAt === null) {
        throw new Problem(
          'conflict',
          `The replay ${newest.id} to this webhook is ${newest.paused ? 'paused' : newest.state}, and only one is open at a time. Wait for its end, or cancel it: POST /v1/replays/${newest.id}/cancel.`,
        );
      }
      const { job } = await jobs.enqueue({
        organizationId,
        kind: replayJobKind,
        params: paramsOf(order),
        subject: webhook.uid,
      });
      return replayFrom(job, undefined);
    },

    async list(organization, webhookId, before, limit) {
      const { uid } = await parts.webhooks.get(organization, webhookId);
      return standing(
        await jobs.list(organization, { kind: replayJobKind, state: null, subject: uid }, before, limit),
      );
    },
  };
}

function requireActive(webhook: Webhook): void {
  if (webhook.status === 'active') return;
  const reason =
    webhook.status === 'disabled'
      ? `is disabled: ${webhook.disabledReason ?? 'no reason was recorded.'}`
      : 'is inactive.';
  throw new Problem('conflict', `The webhook ${reason} Set its status to active, then replay.`);
}

function refused(code: 'invalid_replay' | 'unknown_campaign', pointer: string, detail: string): Problem {
  return new Problem(code, detail, { faults: [{ pointer, detail }] });
}

function tooLarge(): Problem {
  return new Problem(
    'invalid_replay',
    `More than ${mostForecast.toLocaleString('en-US')} events would have to be looked at, as many as a dry run does. Choose a shorter range or name a campaign, a participant or one event type; without dry_run a replay may be of any size.`,
  );
}
