import type { InboxId } from '../ids.ts';
import type { ToldName } from '../storage/index.ts';
import { Activity } from './activity.ts';
import type { StreamMessages } from './messages.ts';

/** What happened in an organization on this node since it was told. */
export class Moment {
  #activity: Activity | null = null;
  readonly #received = new Map<InboxId, number>();

  get activity(): Activity {
    this.#activity ??= new Activity();
    return this.#activity;
  }

  received(inbox: InboxId): void {
    this.#received.set(inbox, (this.#received.get(inbox) ?? 0) + 1);
  }

  /** Each of at most so many bytes. */
  messages(at: Date, mostBytes: number): readonly { readonly name: ToldName; readonly json: string }[] {
    const inboxes = [...this.#received].map(([inbox_id, requests]) => {
      const message: StreamMessages['inbox'] = { inbox_id, requests };
      return { name: 'inbox', json: JSON.stringify(message) } as const;
    });
    if (this.#activity === null) return inboxes;
    return [{ name: 'activity', json: this.#activity.json(at, mostBytes) }, ...inboxes];
  }
}
