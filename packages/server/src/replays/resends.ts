import type { Participants } from '../campaigns/index.ts';
import { newId, type OrganizationId, type Uuid, uuidOf } from '../ids.ts';
import type { Job, Jobs } from '../jobs/index.ts';
import { type Fault, Problem } from '../problems.ts';
import { type Database, type DeliveryKey, readResendable, readResent } from '../storage/index.ts';
import type { History, HistoryFilter } from '../webhooks/index.ts';
import { type Controls, controlsOf } from './controls.ts';
import { participantNamed } from './participant-named.ts';
import {
  attemptsSince,
  paramsOf,
  type Resend,
  type ResendChoice,
  type ResendRequest,
  resendFrom,
  resendJobKind,
} from './resend.ts';
import { choose, resendJob } from './resend-job.ts';

/** What sending again would do now. */
export interface ResendForecast {
  readonly choice: ResendChoice;
  readonly ratePerSecond: number;
  /** How many would be sent again. */
  readonly deliveries: number;
  readonly skippedPayments: number;
  readonly skipped: number;
  /** False: there are more than were counted. */
  readonly complete: boolean;
}

/** Sends deliveries again that were chosen in a list: one extra attempt of each. Unknown and foreign ids throw `not_found`. */
export interface Resends extends Controls<Resend> {
  /** Counts, and sends nothing. Throws `unknown_delivery` and `unknown_participant` for who is named and not there. */
  forecast(request: ResendRequest): Promise<ResendForecast>;
  /** Throws as `forecast` does, and `conflict` while another one by a filter is open. */
  start(request: ResendRequest): Promise<Resend>;
  /** Newest first; `before` is the last one of the page before. */
  list(organization: OrganizationId, before: Uuid | null, limit: number): Promise<readonly Resend[]>;
}

/** How many pages a forecast reads: a few seconds. */
const mostForecastPages = 100;
/** Those that are chosen by a filter are about the same: all deliveries. */
const byFilter = 'deliveries';

export function createResends(parts: {
  readonly database: Pick<Database, 'pool' | 'hotPool'>;
  readonly jobs: Pick<Jobs, 'register' | 'enqueue' | 'get' | 'list' | 'pause' | 'resume' | 'cancel'>;
  readonly history: Pick<History, 'keys'>;
  readonly participants: Pick<Participants, 'find' | 'findByExternalId'>;
  readonly clock: { now(): number };
}): Resends {
  const { database, jobs, history, clock } = parts;
  jobs.register(resendJobKind, resendJob({ history }));

  /** What comes later is not meant: it was not there when it was asked for. Only our own id of a person is kept. */
  async function settled(organization: OrganizationId, filter: HistoryFilter): Promise<ResendChoice> {
    const now = new Date(clock.now());
    const { until = now, participantId } = filter;
    const person =
      participantId === undefined
        ? undefined
        : await participantNamed(parts.participants, organization, participantId, '/filter/participant_id');
    const bound = until < now ? until : now;
    return { filter: { ...filter, participantId: person, until: bound }, deliveryIds: null };
  }

  async function checked(request: ResendRequest): Promise<ResendRequest> {
    const { organizationId, choice } = request;
    const { filter, deliveryIds } = choice;
    if (filter !== null) return { ...request, choice: await settled(organizationId, filter) };
    const found = await readResendable(database.hotPool, organizationId, deliveryIds);
    const known = new Set(found.map(({ id }) => id));
    const faults = deliveryIds.flatMap((id, index): Fault[] =>
      known.has(uuidOf(id))
        ? []
        : [
            {
              pointer: `/delivery_ids/${index}`,
              detail: `Found ${id}, which is no delivery of this organization.`,
            },
          ],
    );
    if (faults.length > 0) {
      throw new Problem(
        'unknown_delivery',
        `${faults.length === 1 ? faults[0]?.detail : `${faults.length} deliveries are unknown.`} GET /v1/deliveries lists those there are.`,
        { faults },
      );
    }
    return request;
  }

  async function standing(shown: readonly Job[]): Promise<readonly Resend[]> {
    const oldest = shown.at(-1);
    if (oldest === undefined) return [];
    const ids = shown.map(({ uuid }) => uuid);
    const rows = await readResent(database.pool, ids, attemptsSince(oldest));
    return shown.map((job) =>
      resendFrom(
        job,
        rows.filter(({ job_id }) => job_id === job.uuid),
      ),
    );
  }

  async function shown(job: Job): Promise<Resend> {
    return resendFrom(job, await readResent(database.pool, [job.uuid], attemptsSince(job)));
  }

  return {
    ...controlsOf(resendJobKind, jobs, shown),

    async forecast(request) {
      const { organizationId, choice, ratePerSecond } = await checked(request);
      let [deliveries, skippedPayments, skipped] = [0, 0, 0];
      let after: DeliveryKey | null = null;
      for (let page = 0; page < mostForecastPages; page += 1) {
        const chosen = await choose({ history, queryable: database.hotPool }, organizationId, choice, after);
        deliveries += chosen.rows.length;
        skippedPayments += chosen.payments;
        skipped += chosen.skipped;
        after = chosen.next;
        if (after === null) break;
      }
      return { choice, ratePerSecond, deliveries, skippedPayments, skipped, complete: after === null };
    },

    async start(request) {
      const { organizationId, choice, ratePerSecond } = await checked(request);
      const id = newId('job');
      const subject = choice.filter === null ? id : byFilter;
      const about = { kind: resendJobKind, state: null, subject };
      const [newest] = await jobs.list(organizationId, about, null, 1);
      if (newest !== undefined && newest.finishedAt === null) {
        throw new Problem(
          'conflict',
          `The resend ${newest.id} is ${newest.paused ? 'paused' : newest.state}, and only one by a filter is open at a time. Wait for its end, or cancel it: POST /v1/resends/${newest.id}/cancel.`,
        );
      }
      const params = paramsOf({ choice, ratePerSecond });
      const { job } = await jobs.enqueue({ organizationId, kind: resendJobKind, params, subject, id });
      return resendFrom(job, []);
    },

    async list(organization, before, limit) {
      return standing(await jobs.list(organization, { kind: resendJobKind, state: null }, before, limit));
    },
  };
}
