import { idFromUuid, type PersonId } from '../ids.ts';
import { createSessionsStore, type Database } from '../storage/index.ts';

/** Called when sessions of a person ended or work elsewhere, or what they may do changed; null: it may be anybody's. */
export type OnSessionChange = (person: PersonId | null) => void;

/** Tells of changes on every node, for what outlives the request that was allowed. */
export interface SessionChanges {
  /** Gives what ends it. */
  subscribe(onChange: OnSessionChange): () => void;
  close(): Promise<void>;
}

/** Listens until `close`. Throws when the database cannot be reached. */
export async function openSessionChanges(database: Database): Promise<SessionChanges> {
  const subscribers = new Set<OnSessionChange>();
  const tell: OnSessionChange = (person) => {
    for (const onChange of subscribers) onChange(person);
  };
  const close = await createSessionsStore(database).listen(
    (person) => tell(idFromUuid('psn', person)),
    () => tell(null),
  );
  return {
    subscribe(onChange) {
      subscribers.add(onChange);
      return () => void subscribers.delete(onChange);
    },
    close,
  };
}
