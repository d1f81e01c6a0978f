import pg from 'pg';

export type StopListening = () => Promise<void>;

export interface Listener {
  listen(
    channel: string,
    onMessage: (payload: string) => void,
    onReconnected: () => void,
  ): Promise<StopListening>;
  close(): Promise<void>;
}

interface Subscription {
  readonly channel: string;
  readonly onMessage: (payload: string) => void;
  readonly onReconnected: () => void;
}

const firstPauseMs = 50;
const longestPauseMs = 5_000;
/** A connection whose other end vanished says nothing by itself; this finds out. */
const heartbeatMs = 15_000;
const heartbeatTimeoutMs = 5_000;

/**
 * One dedicated connection that hears the notifications of every channel asked for, opened with the first of them.
 * When it is lost it is made anew with growing pauses until `close`.
 */
export function createListener(parts: {
  readonly connect: () => pg.Client;
  readonly onTrouble: (error: Error) => void;
}): Listener {
  const subscriptions = new Set<Subscription>();
  let client: pg.Client | null = null;
  let connecting: Promise<pg.Client> | null = null;
  let heartbeat: NodeJS.Timeout | null = null;
  let retry: NodeJS.Timeout | null = null;
  let closed = false;

  const channels = () => new Set([...subscriptions].map((subscription) => subscription.channel));

  async function connect(): Promise<pg.Client> {
    const fresh = parts.connect();
    fresh.on('notification', ({ channel, payload }) => {
      for (const subscription of subscriptions) {
        if (subscription.channel === channel) subscription.onMessage(payload ?? '');
      }
    });
    let gone: Error | null = null;
    const onGone = (error: Error) => {
      gone ??= error;
      lost(fresh, gone);
    };
    fresh.on('error', onGone);
    fresh.on('end', () => onGone(new Error('The connection that hears notifications was closed')));
    try {
      await fresh.connect();
      for (const channel of channels()) await fresh.query(`listen ${pg.escapeIdentifier(channel)}`);
      if (gone !== null) throw gone;
    } catch (error) {
      void fresh.end().catch(() => {});
      throw error;
    }
    if (closed) {
      await fresh.end();
      throw new Error('Listening was stopped while it connected');
    }
    client = fresh;
    heartbeat = setInterval(() => void beat(fresh), heartbeatMs);
    heartbeat.unref();
    return fresh;
  }

  let turn: Promise<unknown> = Promise.resolve();

  /** One statement at a time: the driver gives up queueing them itself. */
  function ask(current: pg.Client, statement: string): Promise<unknown> {
    const asked = turn.then(() => current.query(statement));
    turn = asked.catch(() => undefined);
    return asked;
  }

  /** Concurrent callers share one attempt. */
  function connected(): Promise<pg.Client> {
    if (client !== null) return Promise.resolve(client);
    connecting ??= connect().finally(() => {
      connecting = null;
    });
    return connecting;
  }

  async function beat(current: pg.Client): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`PostgreSQL did not answer a heartbeat within ${heartbeatTimeoutMs} ms`)),
        heartbeatTimeoutMs,
      );
    });
    try {
      await Promise.race([ask(current, 'select 1'), late]);
    } catch (error) {
      lost(current, error instanceof Error ? error : new Error(String(error)));
    } finally {
      clearTimeout(timer);
    }
  }

  function lost(former: pg.Client, error: Error): void {
    if (client !== former) return;
    client = null;
    if (heartbeat !== null) clearInterval(heartbeat);
    void former.end().catch(() => {});
    if (closed) return;
    parts.onTrouble(error);
    reconnectAfter(firstPauseMs);
  }

  function reconnectAfter(pauseMs: number): void {
    if (closed || retry !== null) return;
    retry = setTimeout(() => {
      retry = null;
      connected().then(
        () => {
          for (const subscription of subscriptions) subscription.onReconnected();
        },
        (error: unknown) => {
          parts.onTrouble(error instanceof Error ? error : new Error(String(error)));
          reconnectAfter(Math.min(pauseMs * 2, longestPauseMs));
        },
      );
    }, pauseMs);
  }

  return {
    async listen(channel, onMessage, onReconnected) {
      if (closed) throw new Error('The database is closed');
      const subscription = { channel, onMessage, onReconnected };
      subscriptions.add(subscription);
      try {
        const current = await connected();
        // Repeating it is free, and waiting for it is what makes the promise true for a second subscriber.
        await ask(current, `listen ${pg.escapeIdentifier(channel)}`);
      } catch (error) {
        subscriptions.delete(subscription);
        throw error;
      }
      return async () => {
        if (!subscriptions.delete(subscription) || channels().has(channel)) return;
        // Nobody waits for it: what still comes is heard by nobody, and a connection that is lost has forgotten anyway.
        if (client !== null) void ask(client, `unlisten ${pg.escapeIdentifier(channel)}`).catch(() => {});
      };
    },
    async close() {
      closed = true;
      subscriptions.clear();
      if (retry !== null) clearTimeout(retry);
      if (heartbeat !== null) clearInterval(heartbeat);
      await connecting?.catch(() => {});
      const current = client;
      client = null;
      await current?.end();
    },
  };
}
