import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** Who and what a season is about: the shape of examples/demo/cast.json. */

const points = z.number().min(0);
const text = z.string().min(1);
const share = z.strictObject({ key: text, amount: text }).nullable().default(null);

const person = z.strictObject({
  key: text,
  first_name: text,
  last_name: text,
  team: text,
  platform: text,
  /** Key of somebody earlier in the list. */
  referrer: text.nullable().default(null),
});

/** Whom people are made of when a season has more of them than the cast. */
const crowd = z.strictObject({
  first_names: z.array(text).min(1),
  last_names: z.array(text).min(1),
  teams: z.array(text).min(1),
  platforms: z.array(text).min(1),
});

const reward = z.strictObject({
  key: text,
  name: text,
  kind: z.enum(['points', 'token', 'nft', 'role', 'badge', 'code', 'loot_box', 'custom']),
  unit: text,
  /** Name of the webhook that is asked to pay it; null: claimed is paid. */
  paid_by: text.nullable().default(null),
});

const task = z.strictObject({
  key: text,
  name: text,
  type: text,
  points,
  recurrence: z.enum(['once', 'every_8_hours', 'daily', 'weekly', 'unlimited']).default('once'),
  /** Keys of tasks to complete before. */
  after: z.array(text).default([]),
  ugc: z.boolean().default(false),
  multiplier_percent: points.default(0),
  meta: z.record(z.string(), z.unknown()).nullable().default(null),
  level: z
    .strictObject({ id: text, number: z.int(), name: text, last: z.boolean().default(false) })
    .nullable()
    .default(null),
});

const quest = z.strictObject({
  name: text,
  points,
  reward: share,
  tasks: z.array(task).min(1),
});

const trigger = z.strictObject({
  key: text,
  name: text,
  /** Points for each unit of the value; or else `amount`, the same each time. */
  rate: points.optional(),
  amount: points.optional(),
  /** Key of a task that only this trigger completes. */
  completes: text.nullable().default(null),
});

const webhook = z.strictObject({
  name: text,
  format: z.enum(['claimr', 'chainvine', 'gamify-route', 'reward', 'standard', 'cloudevents']),
  /** Event types, or claimr's scopes; empty: all that the format carries. */
  events: z.array(text),
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('POST'),
  mode: z.enum(['structured', 'binary']).nullable().default(null),
  /** Its inbox answers 500 for so long, and 204 from then on. */
  broken_for_ms: z.int().min(0).default(0),
});

const castSchema = z.strictObject({
  organization: text,
  /** Their names, in turn. */
  campaigns: z.array(text).min(1),
  initial_points: points,
  /** `bonus_percent` is whole, so that a share of points is exact arithmetic. */
  referral: z.strictObject({ bonus_percent: z.int().min(1), min_points: points }),
  people: z.array(person).min(1),
  crowd,
  rewards: z.array(reward),
  groups: z.array(z.strictObject({ name: text, quests: z.array(quest).min(1) })).min(1),
  triggers: z.array(trigger),
  /** Whom the catalogue's examples are about, with the counters that they show. */
  catalogue_participant: z.record(z.string(), z.unknown()),
  webhooks: z.array(webhook).min(1),
});

export type Cast = z.output<typeof castSchema>;
export type CastQuest = z.output<typeof quest>;
export type CastTask = z.output<typeof task>;
export type CastTrigger = z.output<typeof trigger>;
export type CastWebhook = z.output<typeof webhook>;

/** Both from src and from dist. */
export const examplesFolder = new URL('../../../../examples/', import.meta.url);

export async function readCast(): Promise<Cast> {
  return castSchema.parse(JSON.parse(await readFile(new URL('demo/cast.json', examplesFolder), 'utf8')));
}

/** The tasks of a campaign, in the order in which people come to them. */
export function tasksOf(cast: Cast): readonly CastTask[] {
  return cast.groups.flatMap(({ quests }) => quests.flatMap(({ tasks }) => tasks));
}
