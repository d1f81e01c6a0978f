import { amountFault, exactAmount } from '../catalog/index.ts';
import { idFromUuid, type OrganizationId, type RewardId, type Uuid, uuidOf } from '../ids.ts';
import { type Fault, Problem } from '../problems.ts';
import { createCampaignDesignStore, type DesignRows, type RewardRow } from '../storage/index.ts';
import { counted, type EditorParts, type Kind, type Shelf, shelf, uuidIn } from './design-shelf.ts';
import type { RewardKind } from './rules/index.ts';

/** Something to win in a campaign. */
export interface Reward {
  readonly id: RewardId;
  readonly name: string;
  readonly kind: RewardKind;
  readonly unit: string;
  readonly decimals: number;
  /** What is left, with the unit's places; null: unlimited. */
  readonly stock: string | null;
  readonly payout: RewardPayoutSettings;
  readonly createdAt: Date;
}

/** How it is paid once it is claimed. The webhook by its public id. */
export type RewardPayoutSettings =
  | { readonly mode: 'internal' }
  | { readonly mode: 'webhook'; readonly webhookId: string; readonly automatic: boolean };

/** What a quest or a task gives: so much of a reward, as decimal text. */
export interface RewardShare {
  readonly id: string;
  readonly amount: string;
}

/** As it comes in, well-formed by itself. In a change, what is left out stays as it is. */
export interface RewardInput {
  readonly name: string;
  readonly kind: RewardKind;
  readonly unit: string;
  /** Only a custom reward chooses. */
  readonly decimals?: number | undefined;
  readonly stock?: string | null | undefined;
  readonly payout?:
    | { readonly mode: 'internal' }
    | {
        readonly mode: 'webhook';
        readonly webhook_id: string;
        readonly automatic?: boolean | undefined;
      }
    | undefined;
}

/** With the webhook looked up; null: there is none of this id, or it cannot be asked to pay. */
type ResolvedRewardInput = Omit<RewardInput, 'payout'> & {
  readonly payout?:
    | { readonly uid: Uuid | null; readonly id: string; readonly format: string; readonly automatic: boolean }
    | null
    | undefined;
};

/** Rewards, whose webhooks are looked up before they are judged. */
export function rewardShelf(parts: EditorParts): Shelf<Reward, RewardInput> {
  const inner = shelf(parts, rewardsPaidBy(parts.paymentFormats), (design) => design.rewards);
  const store = createCampaignDesignStore(parts.database);

  async function paidBy(
    organization: OrganizationId,
    payout: RewardInput['payout'],
  ): Promise<Pick<ResolvedRewardInput, 'payout'>> {
    if (payout === undefined) return {};
    if (payout.mode === 'internal') return { payout: null };
    const found = await store.webhook(uuidOf(organization), payout.webhook_id);
    return {
      payout: {
        uid: found?.uid ?? null,
        id: payout.webhook_id,
        format: found?.format ?? '',
        automatic: payout.automatic ?? false,
      },
    };
  }

  return {
    list: inner.list,
    get: inner.get,
    async create(organization, campaign, { payout, ...settings }) {
      return inner.create(organization, campaign, { ...settings, ...(await paidBy(organization, payout)) });
    },
    async update(organization, campaign, id, { payout, ...settings }) {
      return inner.update(organization, campaign, id, {
        ...settings,
        ...(await paidBy(organization, payout)),
      });
    },
    delete: inner.delete,
  };
}

/** ChainVine's page: cryptocurrencies have 18 decimal places, everything else has 4. */
const cryptoDecimals = 18;
const plainDecimals = 4;
/** Digits before the point that the column holds. */
const maxStockDigits = 20;

const rewardsPaidBy = (formats: readonly string[]): Kind<'rwd', RewardRow, Reward, ResolvedRewardInput> => ({
  prefix: 'rwd',
  table: 'rewards',
  limit: 200,
  row: ({ id, createdAt }, saved, input) => ({
    id,
    name: input.name ?? saved?.name ?? '',
    kind: input.kind ?? saved?.kind ?? 'custom',
    unit: input.unit ?? saved?.unit ?? '',
    decimals: input.decimals ?? saved?.decimals ?? (input.kind === 'token' ? cryptoDecimals : plainDecimals),
    stock: input.stock === undefined ? (saved?.stock ?? null) : input.stock,
    ...payoutColumns(input.payout, saved),
    created_at: createdAt,
  }),
  faults(row, saved, _design, input) {
    const faults: Fault[] = payoutFaults(row, input.payout, formats);
    const fixed = 'Amounts that were given count in it, so it cannot change. Make another reward.';
    if (saved !== null && row.kind !== saved.kind) {
      faults.push({
        pointer: '/kind',
        detail: `Found ${row.kind}, but this reward is of kind ${saved.kind}. ${fixed}`,
      });
    }
    const expected = saved?.decimals ?? (row.kind === 'token' ? cryptoDecimals : plainDecimals);
    if (row.decimals !== expected && (saved !== null || row.kind !== 'custom')) {
      const reason =
        saved === null
          ? 'A token has 18 decimal places, every other kind has 4; kind "custom" may choose.'
          : fixed;
      faults.push({ pointer: '/decimals', detail: `Found ${row.decimals}, expected ${expected}. ${reason}` });
    }
    const stock =
      row.stock === null || row.stock === saved?.stock ? null : stockFault(row.stock, row.decimals);
    if (stock !== null) faults.push({ pointer: '/stock', detail: stock });
    return faults;
  },
  // Earnings take from the stock meanwhile: what was read is written back only when the owner sets it.
  async put(writer, { stock, ...row }, input) {
    if (input.payout === null && (await writer.hasOpenPayouts(row.id))) {
      throw new Problem(
        'conflict',
        'Payouts of this reward are not paid yet, so a webhook must go on paying it. Name another webhook, or settle them first.',
      );
    }
    await writer.putReward(input.stock === undefined ? row : { ...row, stock });
  },
  async use(row, design, writer) {
    const by = [...design.quests, ...design.tasks].filter((one) => one.reward_id === row.id);
    if (by.length > 0) {
      return `This reward is given by ${counted(by, 'quest or task', 'quests and tasks')}. Change them first.`;
    }
    if (await writer.isEarned(row.id)) {
      return 'Somebody earned this reward. Keep it; a stock of "0" stops it.';
    }
    return null;
  },
  entity: (row) => ({
    id: idFromUuid('rwd', row.id),
    name: row.name,
    kind: row.kind,
    unit: row.unit,
    decimals: row.decimals,
    stock: row.stock === null ? null : exactAmount(row.stock, row.decimals),
    payout:
      row.payout_webhook_id === null
        ? { mode: 'internal' }
        : { mode: 'webhook', webhookId: row.payout_webhook_id, automatic: row.automatic_payout },
    createdAt: row.created_at,
  }),
});

function payoutColumns(
  payout: ResolvedRewardInput['payout'],
  saved: RewardRow | null,
): Pick<RewardRow, 'payout_webhook_uid' | 'payout_webhook_id' | 'automatic_payout'> {
  if (payout === undefined) {
    return {
      payout_webhook_uid: saved?.payout_webhook_uid ?? null,
      payout_webhook_id: saved?.payout_webhook_id ?? null,
      automatic_payout: saved?.automatic_payout ?? false,
    };
  }
  return {
    payout_webhook_uid: payout?.uid ?? null,
    payout_webhook_id: payout?.id ?? null,
    automatic_payout: payout?.automatic ?? false,
  };
}

function payoutFaults(
  row: RewardRow,
  payout: ResolvedRewardInput['payout'],
  formats: readonly string[],
): Fault[] {
  if (payout === undefined || payout === null) return [];
  if (row.kind === 'points') {
    const detail =
      'Points are in the ledger as soon as they are earned, so nothing is left to pay. Use mode "internal".';
    return [{ pointer: '/payout/mode', detail }];
  }
  const pointer = '/payout/webhook_id';
  if (payout.uid === null) {
    const detail = `Found "${payout.id.slice(0, 80)}", expected the id of a webhook of this organization.`;
    return [{ pointer, detail }];
  }
  if (formats.includes(payout.format)) return [];
  const detail = `The webhook "${payout.id}" has the format ${payout.format}, which has no payment request; expected one of ${formats.join(', ')}. Name another webhook.`;
  return [{ pointer, detail }];
}

function stockFault(stock: string, decimals: number): string | null {
  // Nothing left is a stock, though it is no amount that anybody could earn.
  if (/^0(?:\.0{1,38})?$/.test(stock)) return null;
  return amountFault(stock, decimals) ?? sizeFault(stock);
}

function sizeFault(amount: string): string | null {
  const [whole = ''] = amount.split('.');
  if (whole.length <= maxStockDigits) return null;
  return `Found ${whole.length} digits before the point, expected at most ${maxStockDigits}.`;
}

/** A share as quests and tasks keep it. */
export interface RewardColumns {
  readonly reward_id: Uuid | null;
  readonly reward_amount: string | null;
}

export function rewardColumns(
  input: RewardShare | null | undefined,
  saved: RewardColumns | null,
): RewardColumns {
  if (input === undefined) {
    return { reward_id: saved?.reward_id ?? null, reward_amount: saved?.reward_amount ?? null };
  }
  return { reward_id: input && uuidIn('rwd', input.id), reward_amount: input?.amount ?? null };
}

export function rewardFaults({ reward_id, reward_amount }: RewardColumns, design: DesignRows): Fault[] {
  if (reward_id === null || reward_amount === null) return [];
  const reward = design.rewards.find((one) => one.id === reward_id);
  if (reward === undefined) {
    return [
      { pointer: '/reward/id', detail: 'This campaign has no reward of this id. Name one of its rewards.' },
    ];
  }
  const detail = amountFault(reward_amount, reward.decimals) ?? sizeFault(reward_amount);
  return detail === null ? [] : [{ pointer: '/reward/amount', detail }];
}

export function rewardOf(
  row: RewardColumns,
  design: DesignRows,
): { readonly id: RewardId; readonly amount: string } | null {
  const reward = design.rewards.find((one) => one.id === row.reward_id);
  if (reward === undefined || row.reward_amount === null) return null;
  return { id: idFromUuid('rwd', reward.id), amount: exactAmount(row.reward_amount, reward.decimals) };
}
