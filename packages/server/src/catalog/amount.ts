import { z } from 'zod';
import { identifier, text } from './text.ts';

/**
 * Reward amounts are decimal strings from end to end: 18 places hold what a double cannot.
 * ChainVine's page: cryptocurrencies have 18 decimal places, everything else has 4.
 */
const cryptoDecimals = 18;
const plainDecimals = 4;

const rewardKinds = ['points', 'token', 'nft', 'loot_box', 'role', 'badge', 'code', 'custom'] as const;

const amountForm = /^(?:0|[1-9]\d{0,39})(?:\.\d{1,38})?$/;
const zero = /^[0.]+$/;

/**
 * Why this amount cannot be paid in units of this many decimal places, or null if it can.
 * Trailing zeros are no finer than the unit.
 */
export function amountFault(amount: string, decimals: number): string | null {
  if (!amountForm.test(amount)) {
    return `Found "${amount.slice(0, 60)}", expected a decimal number as a string, such as "15" or "0.25", without sign, exponent or leading zeros.`;
  }
  if (zero.test(amount)) return 'Found an amount of zero, expected more than zero.';
  const places = significantPlaces(amount);
  if (places > decimals) {
    return `Found "${amount}", which has ${places} decimal places; this reward's unit has ${decimals}. Round the amount to what can be paid.`;
  }
  return null;
}

/** The amount with exactly this many decimal places. Expects an amount without `amountFault`. */
export function exactAmount(amount: string, decimals: number): string {
  const dot = amount.indexOf('.');
  if (dot === -1) return `${amount}.${'0'.repeat(decimals)}`;
  const places = amount.length - dot - 1;
  if (places === decimals) return amount;
  if (places < decimals) return amount + '0'.repeat(decimals - places);
  if (significantPlaces(amount) > decimals) {
    throw new Error(`the amount ${amount} is finer than its unit of ${decimals} decimal places`);
  }
  return amount.slice(0, dot + 1 + decimals);
}

function significantPlaces(amount: string): number {
  const dot = amount.indexOf('.');
  if (dot === -1) return 0;
  let end = amount.length;
  while (amount[end - 1] === '0') end -= 1;
  return Math.max(0, end - dot - 1);
}

/** A decimal string. How fine it may be is checked beside the reward it counts. */
export const amount = z
  .string()
  .max(80)
  .meta({ pattern: amountForm.source, description: 'A decimal number as a string; never a float.' });

/** A reward as an event shows it. */
export const reward = z
  .strictObject({
    id: identifier,
    name: text(200),
    kind: z.enum(rewardKinds),
    unit: text(32).describe('What one is called: ETH, Points, Boxes.'),
    decimals: z.literal([plainDecimals, cryptoDecimals]),
  })
  .check((payload) => {
    const { kind, decimals } = payload.value;
    if (kind === 'custom') return;
    const expected = kind === 'token' ? cryptoDecimals : plainDecimals;
    if (decimals !== expected) {
      const message = `Found ${decimals}, expected ${expected}: a token has 18 decimal places, every other kind has 4 (kind "custom" may choose).`;
      payload.issues.push({ code: 'custom', message, input: decimals, path: ['decimals'] });
    }
  });

export type Reward = z.output<typeof reward>;

/** Checks `amount` against the unit of `reward` and brings it to exactly the unit's decimal places. */
export function amountInUnits(payload: {
  value: { amount: string; reward: Reward };
  issues: z.core.$ZodRawIssue[];
}): void {
  const { value } = payload;
  const fault = amountFault(value.amount, value.reward.decimals);
  if (fault === null) value.amount = exactAmount(value.amount, value.reward.decimals);
  else payload.issues.push({ code: 'custom', message: fault, input: value.amount, path: ['amount'] });
}
