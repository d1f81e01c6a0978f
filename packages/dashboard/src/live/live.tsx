import { useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useEffectEvent,
  useState,
  useSyncExternalStore,
} from 'react';
import { useChanged } from '../api/index.ts';
import { readChanged } from './changes.ts';
import { type ConnectionState, LiveConnection, type LiveMessage } from './connection.ts';
import { Reader } from './reader.ts';

const Live = createContext<LiveConnection | null>(null);

/** Listens to the organization for as long as it is shown, and reads anew what the stream says has changed. */
export function LiveUpdates({ children }: { readonly children: ReactNode }) {
  const [connection] = useState(() => new LiveConnection());
  const queries = useQueryClient();
  const changed = useChanged();

  useEffect(() => {
    const reader = new Reader(changed);
    const stop = connection.listen((message) => {
      if (message.kind === 'change') readChanged(reader, message.data);
      if (message.kind === 'refresh') void queries.invalidateQueries();
      if (message.kind === 'refused') void changed('/v1/session');
      if (message.kind === 'job') {
        void changed('/v1/jobs', '/v1/replays/{id}', '/v1/webhooks/{id}/replays', '/v1/resends');
      }
      if (message.kind === 'webhook') {
        void changed('/v1/webhooks', '/v1/statistics/concerns', '/v1/failing-webhooks');
      }
    });
    connection.open();
    return () => {
      stop();
      reader.stop();
      connection.close();
    };
  }, [connection, queries, changed]);

  return <Live.Provider value={connection}>{children}</Live.Provider>;
}

function useConnection(): LiveConnection {
  const connection = useContext(Live);
  if (connection === null) throw new Error('This is only shown to people who are signed in');
  return connection;
}

/** Calls `hear` with each message of the stream. */
export function useLive(hear: (message: LiveMessage) => void): void {
  const connection = useConnection();
  const latest = useEffectEvent(hear);
  useEffect(() => connection.listen((message) => latest(message)), [connection]);
}

export function useConnectionState(): ConnectionState {
  const connection = useConnection();
  return useSyncExternalStore(
    (listener) => connection.onState(listener),
    () => connection.state,
  );
}
