import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Uuid } from '../ids.ts';
import type { Database } from './database.ts';
import { type WebhookRow, webhookFromRow } from './webhook-row.ts';
import { isInState, type WebhookState } from './webhook-state.ts';

/** Webhooks of one format that are sent something. */
export interface Subscribers {
  readonly format: string;
  /** Those that name any of these. */
  readonly names: readonly string[];
  /** Those that name nothing, too. */
  readonly everything: boolean;
}

/** What webhooks must be like; what is left out does not matter. */
export interface WebhookListFilter {
  readonly ids?: readonly string[] | undefined;
  /** Part of the name, the id, the URL or the description, whatever the case. */
  readonly search?: string | undefined;
  readonly formats?: readonly string[] | undefined;
  /** Those that get its events. `exclusive`: those that name it and no other, or all but those. */
  readonly campaign?: { readonly id: Uuid; readonly exclusive: boolean | undefined } | undefined;
  readonly subscribers?: readonly Subscribers[] | undefined;
  /** `active`: neither inactive nor disabled. */
  readonly state?: WebhookState | 'active' | undefined;
}

/** Newest first. `next`: where the page after this one goes on; null: there is none. */
export interface WebhookListPage {
  readonly rows: readonly WebhookRow[];
  readonly next: Uuid | null;
}

/** Looking at each is a few microseconds; where receivers are asked for, some tens. */
const mostLookedAt = 10_000;

/**
 * The webhooks of an organization that match, after `before`. It walks along `webhooks_by_organization` and looks at so
 * many for one page, which may hold fewer than `limit` although there is a next one.
 */
export async function listWebhooks(
  { kysely }: Database,
  organizationId: Uuid,
  filter: WebhookListFilter,
  page: { readonly before: Uuid | null; readonly limit: number },
  now: Date,
): Promise<WebhookListPage> {
  const own = () => {
    const all = kysely
      .selectFrom('webhooks')
      .where('organization_id', '=', organizationId)
      .where('deleted_at', 'is', null)
      .orderBy('uid', 'desc');
    return page.before === null ? all : all.where('uid', '<', page.before);
  };
  let matching = kysely
    .selectFrom(own().selectAll().limit(mostLookedAt).as('webhooks'))
    .selectAll()
    .orderBy('uid', 'desc')
    .limit(page.limit + 1);
  for (const condition of conditions(organizationId, filter, now)) matching = matching.where(condition);

  const rows = (await matching.execute()).map(webhookFromRow);
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  if (rows.length > page.limit && last !== undefined) return { rows: shown, next: last.uid };
  const lookedAtLast = await own()
    .select('uid')
    .offset(mostLookedAt - 1)
    .limit(1)
    .executeTakeFirst();
  return { rows: shown, next: lookedAtLast?.uid ?? null };
}

function conditions(
  organizationId: Uuid,
  { ids, search, formats, campaign, subscribers, state }: WebhookListFilter,
  now: Date,
): readonly Expression<SqlBool>[] {
  return [
    ...(ids === undefined ? [] : [sql<boolean>`id = any(${[...ids]}::text[])`]),
    ...(search === undefined ? [] : [contains(search)]),
    ...(formats === undefined ? [] : [sql<boolean>`format = any(${[...formats]}::text[])`]),
    ...(campaign === undefined ? [] : [isFor(campaign)]),
    ...(subscribers === undefined ? [] : [anyOf(subscribers.map(isSubscriber))]),
    ...(state === undefined
      ? []
      : [
          state === 'active'
            ? sql<boolean>`status = 'active'`
            : isInState(state, organizationId, now.getTime()),
        ]),
  ];
}

function contains(search: string): RawBuilder<boolean> {
  return sql`position(${search.toLowerCase()} in lower(concat_ws(E'\\n', name, id, url, description))) > 0`;
}

function isFor({ id, exclusive }: NonNullable<WebhookListFilter['campaign']>): RawBuilder<boolean> {
  const alone = sql<boolean>`campaigns = array[${id}::uuid]`;
  if (exclusive === true) return alone;
  const also = sql<boolean>`(campaigns = '{}' or ${id}::uuid = any(campaigns))`;
  return exclusive === undefined ? also : sql`(${also} and not ${alone})`;
}

function isSubscriber({ format, names, everything }: Subscribers): RawBuilder<boolean> {
  const named = sql<boolean>`events && ${[...names]}::text[]`;
  return everything
    ? sql`(format = ${format} and (events = '{}' or ${named}))`
    : sql`(format = ${format} and ${named})`;
}

function anyOf(conditions: readonly RawBuilder<boolean>[]): RawBuilder<boolean> {
  return conditions.length === 0 ? sql`false` : sql`(${sql.join(conditions, sql` or `)})`;
}
