import { z } from 'zod';

/** Who and what the demo is about: the shape of examples/demo/cast.json. */

const points = z.int().min(0);
const text = z.string().min(1);

const person = z.strictObject({
  key: text,
  first_name: text,
  last_name: text,
  team: text,
  platform: text,
  /** Key of somebody earlier in the list. */
  referrer: text.nullable().default(null),
  multiplier_percent: points.default(0),
});

const task = z.strictObject({
  id: text,
  name: text,
  type: text,
  points,
  ugc: z.boolean().default(false),
  meta: z.record(z.string(), z.unknown()).nullable().default(null),
});

const reward = z.strictObject({
  id: text,
  name: text,
  kind: text,
  unit: text,
  decimals: z.literal([4, 18]),
  amount: text,
});

const webhook = z.strictObject({
  name: text,
  format: text,
  /** Event types, or claimr's scopes; empty: all that the format carries. */
  events: z.array(text),
  method: text.default('POST'),
  mode: z.enum(['structured', 'binary']).nullable().default(null),
  /** Its inbox answers 500 for so long, and 204 from then on. */
  broken_for_ms: z.int().min(0).default(0),
});

export const castSchema = z.strictObject({
  organization: text,
  campaign: z.strictObject({ name: text }),
  initial_points: points,
  referral: z.strictObject({ bonus_percent: points, converts_at_points: points }),
  people: z.array(person).min(1),
  quest: z.strictObject({
    id: text,
    name: text,
    group: z.strictObject({ id: text, name: text }),
    points,
    tasks: z.array(task).min(1),
  }),
  game: z.strictObject({
    optin_task: z.strictObject({ id: text, name: text, type: text, points }),
    task: z.strictObject({ id: text, name: text, type: text }),
    levels: z.array(z.strictObject({ id: text, number: z.int(), name: text, points })).min(1),
  }),
  trigger: z.strictObject({ id: text, name: text, points_per_unit: points }),
  /** Whom the catalogue's examples are about, with the counters that they show. */
  catalogue_participant: z.record(z.string(), z.unknown()),
  rewards: z.strictObject({ quest: reward, referral: reward, code: reward }),
  webhooks: z.array(webhook).min(1),
});

export type Cast = z.output<typeof castSchema>;
export type Person = z.output<typeof person>;
export type Reward = z.output<typeof reward>;
export type DemoWebhook = z.output<typeof webhook>;
