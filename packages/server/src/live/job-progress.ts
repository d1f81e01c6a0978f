import { idFromUuid, type OrganizationId, type Uuid } from '../ids.ts';
import type { WatchedJobRow } from '../storage/index.ts';
import type { StreamMessages } from './messages.ts';

/** How far jobs are, of which only what is new is told. */
export class JobProgress {
  readonly #told = new Map<Uuid, string>();

  /** What is new in `rows`, which are all that are watched. */
  news(rows: readonly WatchedJobRow[]): readonly {
    readonly organization: OrganizationId;
    readonly json: string;
  }[] {
    const found = new Set(rows.map(({ id }) => id));
    for (const id of this.#told.keys()) if (!found.has(id)) this.#told.delete(id);
    return rows.flatMap((row) => {
      const json = JSON.stringify(messageOf(row));
      if (this.#told.get(row.id) === json) return [];
      this.#told.set(row.id, json);
      return [{ organization: idFromUuid('org', row.organization_id), json }];
    });
  }
}

function messageOf({ id, kind, state, done, total, refused, paused }: WatchedJobRow): StreamMessages['job'] {
  return {
    job_id: idFromUuid('job', id),
    kind,
    state,
    done: Number(done),
    total: total === null ? null : Number(total),
    refused: Number(refused),
    paused,
  };
}
