import type { AuditedKind } from '../audit/index.ts';

/** What somebody changed, as an entry of the audit log has it. */
export interface Change {
  readonly kind: AuditedKind;
  readonly action: string;
  readonly id: string | null;
  /** The id of whoever did it; null for several. Nobody is told. */
  readonly actor: string | null;
}

/** More than this that were changed alike are told of as several. */
const mostAlike = 20;

/** What was changed in an organization since it was told, each once. */
export class Changes {
  readonly #alike = new Map<string, Map<string, Change>>();

  add(change: Change): void {
    const { kind, action, id, actor } = change;
    const sort = `${kind} ${action}`;
    const alike = this.#alike.get(sort) ?? new Map<string, Change>();
    if (alike.size <= mostAlike) this.#alike.set(sort, alike.set(`${id} ${actor}`, change));
  }

  list(): readonly Change[] {
    return [...this.#alike.values()].flatMap((alike) => {
      const [first, ...others] = alike.values();
      if (first === undefined) return [];
      return others.length < mostAlike ? [first, ...others] : [{ ...first, id: null, actor: null }];
    });
  }
}
