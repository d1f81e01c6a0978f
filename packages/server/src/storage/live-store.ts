import type { Uuid } from '../ids.ts';
import { changesChannel, type ToldChange } from './audit-store.ts';
import { textArray, uuidArray } from './column-arrays.ts';
import type { Database } from './database.ts';
import type { StopListening } from './listener.ts';
import type { JobState } from './schema.ts';
import { webhookHealthChannel } from './webhook-health-store.ts';

/** Carries a node and the UUID of an organization that somebody watches there, or `?`: whoever watches says so. */
const watchersChannel = 'fanfare_watchers';
/** Each carries a node, the UUID of an organization, and a message of what happened there in the last moment, as JSON. */
const toldChannels = { activity: 'fanfare_live', inbox: 'fanfare_live_inboxes' } as const;
/** What PostgreSQL takes is 8,000 bytes; node, organization and spaces are some of them. */
export const largestLiveMessageBytes = 7_800;

/** What nodes tell each other of. */
export type ToldName = keyof typeof toldChannels;

export interface ToldMessage {
  readonly name: ToldName;
  readonly organizationId: Uuid;
  readonly json: string;
}

export interface WatchedJobRow {
  readonly id: Uuid;
  readonly organization_id: Uuid;
  readonly kind: string;
  readonly state: JobState;
  /** bigint: the driver gives a decimal string. */
  readonly done: string;
  readonly total: string | null;
  readonly refused: string;
  readonly paused: boolean;
}

export interface WatchedWebhookRow {
  readonly uid: Uuid;
  readonly organization_id: Uuid;
  readonly id: string;
}

/** What nodes tell each other of what happens just now, and what they look up for it. */
export interface LiveStore {
  watch(node: string, organizationId: Uuid): Promise<void>;
  /** Asks every node what is watched there. */
  askWatchers(node: string): Promise<void>;
  /** `organizationId` null: somebody asks. `onMissed`: some may have gone unheard. */
  listenToWatchers(
    onWatched: (node: string, organizationId: Uuid | null) => void,
    onMissed: () => void,
  ): Promise<StopListening>;
  /** In one transaction. Each message has at most `largestLiveMessageBytes`. */
  tell(node: string, messages: readonly ToldMessage[]): Promise<void>;
  listen(
    onMessage: (node: string, message: ToldMessage) => void,
    onMissed: () => void,
  ): Promise<StopListening>;
  /** The receiver of a webhook went down, was probed, or came back; on any node. */
  listenToHealth(onChange: (webhookUid: Uuid) => void, onMissed: () => void): Promise<StopListening>;
  /** An entry was added to an audit log; on any node, or on the command line. */
  listenToChanges(
    onChange: (organizationId: Uuid, change: ToldChange) => void,
    onMissed: () => void,
  ): Promise<StopListening>;
  /** Also those that are deleted. */
  webhooks(uids: readonly Uuid[]): Promise<readonly WatchedWebhookRow[]>;
  /** Those that are open or ended in the last ten seconds. */
  jobs(organizationIds: readonly Uuid[]): Promise<readonly WatchedJobRow[]>;
}

const watchedColumns = 'id, organization_id, kind, state, done, total, refused, paused';

export function createLiveStore(database: Database): LiveStore {
  return {
    watch: (node, organizationId) => database.notify(watchersChannel, `${node} ${organizationId}`),
    askWatchers: (node) => database.notify(watchersChannel, `${node} ?`),

    listenToWatchers: (onWatched, onMissed) =>
      database.listen(
        watchersChannel,
        (payload) => {
          const [node = '', organizationId = ''] = payload.split(' ');
          onWatched(node, organizationId === '?' ? null : organizationId);
        },
        onMissed,
      ),

    async tell(node, messages) {
      await database.pool.query({
        name: 'tell_live',
        text: 'select pg_notify(channel, payload) from unnest($1::text[], $2::text[]) as told (channel, payload)',
        values: [
          textArray(messages.map(({ name }) => toldChannels[name])),
          textArray(messages.map(({ organizationId, json }) => `${node} ${organizationId} ${json}`)),
        ],
      });
    },

    async listen(onMessage, onMissed) {
      const listenTo = (name: ToldName) =>
        database.listen(
          toldChannels[name],
          (payload) => {
            const [node, organizationId, json] = cutTwice(payload);
            onMessage(node, { name, organizationId, json });
          },
          onMissed,
        );
      const stops = await Promise.all([listenTo('activity'), listenTo('inbox')]);
      return async () => {
        for (const stop of stops) await stop();
      };
    },

    listenToHealth: (onChange, onMissed) =>
      database.listen(webhookHealthChannel, (payload) => onChange(payload.split(' ')[1] ?? ''), onMissed),

    listenToChanges: (onChange, onMissed) =>
      database.listen(
        changesChannel,
        (payload) => {
          const space = payload.indexOf(' ');
          onChange(payload.slice(0, space), JSON.parse(payload.slice(space + 1)) as ToldChange);
        },
        onMissed,
      ),

    async webhooks(uids) {
      const { rows } = await database.pool.query<WatchedWebhookRow>(
        'select uid, organization_id, id from webhooks where uid = any($1::uuid[])',
        [uuidArray(uids)],
      );
      return rows;
    },

    async jobs(organizationIds) {
      const { rows } = await database.pool.query<WatchedJobRow>({
        name: 'watched_jobs',
        text: `select ${watchedColumns} from jobs
                where state in ('queued', 'running') and organization_id = any($1::uuid[])
               union all
               select ${watchedColumns} from jobs
                where finished_at > now() - interval '10 seconds' and organization_id = any($1::uuid[])`,
        values: [uuidArray(organizationIds)],
      });
      return rows;
    },
  };
}

/** At its first two spaces. */
function cutTwice(text: string): readonly [string, string, string] {
  const first = text.indexOf(' ');
  const second = text.indexOf(' ', first + 1);
  return [text.slice(0, first), text.slice(first + 1, second), text.slice(second + 1)];
}
