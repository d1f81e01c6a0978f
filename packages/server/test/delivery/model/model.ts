import type { DeliveryId, Uuid } from '../../../src/ids.ts';

/** The kinds of webhooks the model plays with: in any order, by participant, and all in one order. */
export const webhookNames = ['any', 'byParticipant', 'byWebhook'] as const;
export type WebhookName = (typeof webhookNames)[number];

/** A delivery, or the extra attempt of one, as the documents say it is. */
export interface OpenRow {
  readonly id: DeliveryId;
  readonly extra: boolean;
  readonly webhook: WebhookName;
  /** Null: unordered. */
  line: Uuid | null;
  readonly participant: Uuid;
  /** Its place among all that was accepted. */
  readonly turn: number;
  attempts: number;
  retries: number;
  /** Minutes of the model's clock; infinite while it is parked. */
  dueAt: number;
  lease: Uuid | null;
}

export interface ClosedRow {
  state: 'delivered' | 'exhausted' | 'cancelled';
  attempts: number;
}

/** What one node believes that it holds: by lease, which it compares with nothing. */
export interface Held {
  readonly row: OpenRow;
  readonly lease: Uuid;
  readonly leaseEndsAt: number;
  /** The request has left. */
  started: boolean;
}

export const leaseMinutes = 60;
export const retryMinutes = 60;

/** What the tables must hold, and what receivers saw. Time passes only when a command says so. */
export class Model {
  now = 0;
  readonly open = new Map<string, OpenRow>();
  readonly closed = new Map<DeliveryId, ClosedRow>();
  readonly nodes: Held[][] = [[], []];
  /** Attempts on record, by delivery. */
  readonly recorded = new Map<DeliveryId, number>();
  /** The first arrivals of ordered deliveries, in order, and what had been decided about each by then. */
  readonly faults: string[] = [];
  readonly #arrived = new Set<DeliveryId>();
  readonly #over = new Set<DeliveryId>();
  #turns = 0;

  nextTurn(): number {
    this.#turns += 1;
    return this.#turns;
  }

  row(id: DeliveryId, extra = false): OpenRow | undefined {
    return this.open.get(keyOf(id, extra));
  }

  put(row: OpenRow): void {
    this.open.set(keyOf(row.id, row.extra), row);
  }

  /** Everything of a line, from its first on. */
  line(webhook: WebhookName, line: Uuid): OpenRow[] {
    return [...this.open.values()]
      .filter((row) => row.webhook === webhook && row.line === line && !row.extra)
      .sort((a, b) => a.turn - b.turn);
  }

  lines(): { webhook: WebhookName; line: Uuid }[] {
    const found = new Map<string, { webhook: WebhookName; line: Uuid }>();
    for (const { webhook, line } of this.open.values()) {
      if (line !== null) found.set(`${webhook} ${line}`, { webhook, line });
    }
    return [...found.values()];
  }

  isDue(row: OpenRow): boolean {
    return row.dueAt <= this.now;
  }

  /** Which rows a claim of unordered deliveries must lease. */
  claimable(locked: ReadonlySet<OpenRow>): OpenRow[] {
    return [...this.open.values()].filter((row) => row.line === null && this.isDue(row) && !locked.has(row));
  }

  /** Which rows a claim of these lines must lease, and which step aside into a line of their own. */
  claimableInLines(
    lines: readonly { webhook: WebhookName; line: Uuid }[],
    most: number,
    locked: ReadonlySet<OpenRow>,
  ): { leased: OpenRow[]; aside: OpenRow[] } {
    const leased: OpenRow[] = [];
    const aside: OpenRow[] = [];
    for (const { webhook, line } of lines) {
      const rows = this.line(webhook, line);
      const [first] = rows;
      if (first === undefined || !this.isDue(first) || locked.has(first)) continue;
      for (const row of rows.slice(0, most)) {
        if (!this.isDue(row)) break;
        const out =
          webhook === 'byWebhook' &&
          row.line !== row.participant &&
          this.line(webhook, row.participant).length > 0;
        (out ? aside : leased).push(row);
      }
    }
    return { leased, aside };
  }

  /** A request left for the receiver. */
  sent(row: OpenRow): void {
    if (row.extra || row.line === null) return;
    if (this.#arrived.has(row.id)) return;
    this.#arrived.add(row.id);
    for (const other of this.open.values()) {
      const behind = other.webhook === row.webhook && other.turn < row.turn && !other.extra;
      if (!behind || this.#over.has(other.id)) continue;
      if (other.line !== row.line && other.participant !== row.participant) continue;
      this.faults.push(`${row.id} (turn ${row.turn}) left before ${other.id} (turn ${other.turn}) was over`);
    }
  }

  /** A receiver acknowledged it, or it was given up: what stands behind it may follow. */
  over(id: DeliveryId): void {
    this.#over.add(id);
  }

  record(id: DeliveryId): void {
    this.recorded.set(id, (this.recorded.get(id) ?? 0) + 1);
  }

  close(row: OpenRow, state: ClosedRow['state']): void {
    this.open.delete(keyOf(row.id, false));
    this.closed.set(row.id, { state, attempts: row.attempts });
    this.over(row.id);
  }

  removeExtra(id: DeliveryId): void {
    this.open.delete(keyOf(id, true));
  }
}

function keyOf(id: DeliveryId, extra: boolean): string {
  return `${id} ${extra}`;
}
