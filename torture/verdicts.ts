/** What must hold, whatever was killed. The words are those of the report. */
export const statements = {
  arrived: 'Every event that was acknowledged arrived at every webhook that wants it.',
  once: 'Every event that was acknowledged under an Idempotency-Key exists once, however often it was asked for.',
  duplicates: 'Whatever arrived again was in flight at a kill, or had not been acknowledged.',
  flight: 'No delivery stays in flight: all of them end.',
  payouts: 'No payout is paid twice, none is asked for twice at once, and each is paid to the last decimal.',
  truth1:
    'Truth 1: the points that messages tell add up to the total that the last one shows, and each shows the ledger at its number.',
  truth2: 'Truth 2: one trigger call is worth one number, in every format and in the ledger.',
  truth3: 'Truth 3: every conversion follows a joining with the same referrer, once for each claimer.',
  truth4: 'Truth 4: the earnings that messages tell add up to the earnings there are, to the last decimal.',
  truth5: 'Truth 5: a payout is paid through a stored 2xx, at most once, and further attempts keep its id.',
  truth6: 'Truth 6: test participants are counted nowhere and told to nobody who did not ask for them.',
  truth7: 'Truth 7: rendering a stored event again gives the bytes that were sent.',
  truth8: 'Truth 8: an event exists if and only if the change that it reports was committed.',
  signatures: 'Every request is signed, with the time at which it was made.',
  erasure: 'An erasure that was under way is finished, and no word of the person is left.',
  replay: 'A replay that was under way is finished: nothing is missing, nothing was sent twice.',
  import: 'An import that was under way is finished: every line counts once.',
  deletion: 'The deletion of an organization that was under way is finished: no row of it is left.',
  faults: 'Nothing was answered or written to the log that the kills do not explain.',
} as const;

export type Statement = keyof typeof statements;

const evidenceKept = 10;

/** What became of each statement, over all rounds. */
export class Verdicts {
  readonly #checked = new Map<Statement, number>();
  readonly #evidence = new Map<Statement, string[]>();

  /** So many things were held against the statement, and these differ. */
  add(statement: Statement, checked: number, differences: readonly string[]): void {
    this.#checked.set(statement, (this.#checked.get(statement) ?? 0) + checked);
    if (differences.length === 0) return;
    const shown = differences.slice(0, evidenceKept);
    const more = differences.length - shown.length;
    const known = this.#evidence.get(statement) ?? [];
    this.#evidence.set(statement, [...known, ...shown, ...(more > 0 ? [`and ${more} more`] : [])]);
  }

  get failed(): boolean {
    return this.#evidence.size > 0;
  }

  /** In the order of the statements; those that nothing was held against are left out. */
  get all(): readonly {
    readonly statement: Statement;
    readonly checked: number;
    readonly evidence: readonly string[];
  }[] {
    return (Object.keys(statements) as Statement[])
      .filter((statement) => this.#checked.has(statement))
      .map((statement) => ({
        statement,
        checked: this.#checked.get(statement) ?? 0,
        evidence: this.#evidence.get(statement) ?? [],
      }));
  }
}

/** Of two sets: what is in one of them alone, in words. */
export function differences(
  expected: ReadonlySet<string>,
  found: ReadonlySet<string>,
  words: { readonly missing: string; readonly extra: string },
): string[] {
  return [
    ...[...expected].filter((one) => !found.has(one)).map((one) => `${one} ${words.missing}`),
    ...[...found].filter((one) => !expected.has(one)).map((one) => `${one} ${words.extra}`),
  ];
}
