import { type CampaignId, idFromUuid, type OrganizationId, parseId, type TaskId, uuidOf } from '../ids.ts';
import { notFound, Problem } from '../problems.ts';
import {
  afterRequestTransaction,
  createCampaignDesignStore,
  type Database,
  type TriggerRow,
} from '../storage/index.ts';
import type { CampaignRulesSource } from './design.ts';

/** What a system of the organization's own fires to give points, named by a slug that the owner chose. */
export interface Trigger {
  readonly id: string;
  readonly name: string;
  /** Where the points go. */
  readonly campaignId: CampaignId;
  /** The same points each time, or the fired value times a rate. Numbers with at most 4 places. */
  readonly credit: { readonly amount: number } | { readonly rate: number };
  /** Completed by it too. */
  readonly taskId: TaskId | null;
  readonly createdAt: Date;
}

export interface TriggerInput {
  readonly name: string;
  readonly campaign_id: string;
  readonly credit: { readonly amount: number } | { readonly rate: number };
  readonly task_id?: string | null | undefined;
}

export interface Triggers {
  /** By id. */
  list(organization: OrganizationId): Promise<readonly Trigger[]>;
  /** Throws `not_found`. */
  get(organization: OrganizationId, id: string): Promise<Trigger>;
  /** Throws `unknown_campaign`, `invalid_campaign` for an unknown task, `conflict` when there are too many. */
  put(
    organization: OrganizationId,
    id: string,
    input: TriggerInput,
  ): Promise<{ readonly created: boolean; readonly trigger: Trigger }>;
  /** What it did stays. Throws `not_found`. */
  delete(organization: OrganizationId, id: string): Promise<void>;
}

const largestNumber = 500;
const slug = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?$/;

/** Why a trigger cannot have this id; null: it can. */
export function triggerIdFault(id: string): string | null {
  if (slug.test(id)) return null;
  return `Found "${id.slice(0, 120)}", expected 1 to 100 letters, digits, "-", "_" or ".", with a letter or digit first and last, such as "purchase".`;
}

export function createTriggers(parts: {
  readonly database: Database;
  readonly rules: Pick<CampaignRulesSource, 'forgetTriggers'>;
  readonly clock: { now(): number };
}): Triggers {
  const store = createCampaignDesignStore(parts.database);
  return {
    async list(organization) {
      return (await store.triggers(uuidOf(organization))).map(triggerFrom);
    },

    async get(organization, id) {
      const row = await store.trigger(uuidOf(organization), id);
      if (row === null) throw notFound();
      return triggerFrom(row);
    },

    async put(organization, id, input) {
      const campaign = parseId('cmp', input.campaign_id);
      const task = input.task_id == null ? null : parseId('tsk', input.task_id);
      const saved =
        campaign &&
        (await store.change(uuidOf(organization), uuidOf(campaign), async (design, writer) => {
          const taskUuid = task && uuidOf(task);
          if (input.task_id != null && !design.tasks.some((one) => one.id === taskUuid)) {
            const detail =
              'The campaign of this trigger has no task of this id. Name one of its tasks, or null.';
            throw new Problem('invalid_campaign', detail, { faults: [{ pointer: '/task_id', detail }] });
          }
          if ((await writer.otherTriggers(id)) >= largestNumber) {
            throw new Problem(
              'conflict',
              `This organization has ${largestNumber} triggers, as many as it can have. Delete one first.`,
            );
          }
          const row = {
            id,
            name: input.name,
            campaign_id: uuidOf(campaign),
            credit_amount: 'amount' in input.credit ? String(input.credit.amount) : null,
            credit_rate: 'rate' in input.credit ? String(input.credit.rate) : null,
            task_id: taskUuid,
            created_at: new Date(parts.clock.now()),
          };
          return writer.putTrigger(row);
        }));
      if (saved === null) {
        const detail = `Found ${input.campaign_id}, which is no campaign of this organization. Name one of its campaigns.`;
        throw new Problem('unknown_campaign', detail, { faults: [{ pointer: '/campaign_id', detail }] });
      }
      await afterRequestTransaction(() => parts.rules.forgetTriggers());
      return { created: saved.created, trigger: triggerFrom(saved.row) };
    },

    async delete(organization, id) {
      if (!(await store.deleteTrigger(uuidOf(organization), id))) throw notFound();
      await afterRequestTransaction(() => parts.rules.forgetTriggers());
    },
  };
}

function triggerFrom(row: TriggerRow): Trigger {
  return {
    id: row.id,
    name: row.name,
    campaignId: idFromUuid('cmp', row.campaign_id),
    credit:
      row.credit_amount !== null ? { amount: Number(row.credit_amount) } : { rate: Number(row.credit_rate) },
    taskId: row.task_id === null ? null : idFromUuid('tsk', row.task_id),
    createdAt: row.created_at,
  };
}
