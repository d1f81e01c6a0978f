/**
 * A list that may have hundreds of thousands of rows, newest first, and grows at both ends: older pages are read as
 * somebody comes near them, and new rows come in as they happen. No page is ever read twice; rows that changed are read
 * one by one, once they are in view.
 */

export interface LogPage<Row> {
  readonly data: readonly Row[];
  readonly next_cursor: string | null;
}

export interface LogSource<Row> {
  page(input: { readonly cursor: string | null; readonly limit: number }): Promise<LogPage<Row>>;
  /** One row as it is now. */
  row(id: string): Promise<Row>;
  idOf(row: Row): string;
  /** Whether nothing more happens to it unless somebody asks for it. */
  isOver(row: Row): boolean;
}

export interface LogState<Row> {
  /** Undefined while they are read for the first time. */
  readonly rows: readonly Row[] | undefined;
  /** What the last reading failed with. */
  readonly error: unknown;
  readonly loading: boolean;
  readonly hasMore: boolean;
  /** Page after page brought nothing: whether to look further is for somebody to say. */
  readonly sparse: boolean;
  /** New rows that are held back. */
  readonly waiting: number;
  /** There are more of them than that. */
  readonly waitingMore: boolean;
}

const firstPageRows = 100;
const pageRows = 250;
const headRows = 50;
const emptyPagesInARow = 15;
/** While somebody stays at the top, a list that grew to this begins anew. */
const mostFollowed = 5_000;
/** From the first that is heard of a change to reading it, so that what happens together is read together. */
const gatherMs = 150;
/** Between two readings of what changed. */
const tickMs = 1_000;
const rowsATick = 24;
const rowsAtOnce = 6;

export class Log<Row> {
  /** Where somebody was in the list when they left: pixels from the top, and the row that the keys were at. */
  readonly place: { offset: number; active: string | null } = { offset: 0, active: null };
  readonly #source: LogSource<Row>;
  readonly #listeners = new Set<() => void>();
  #state: LogState<Row> = {
    rows: undefined,
    error: null,
    loading: false,
    hasMore: true,
    sparse: false,
    waiting: 0,
    waitingMore: false,
  };
  #known = new Set<string>();
  #cursor: string | null = null;
  #emptyPages = 0;
  #waiting: readonly Row[] = [];
  #following = true;
  #headIsStale = false;
  #stale = new Set<string>();
  #viewed: readonly string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ticking = false;
  #tickedAtMs = Number.NEGATIVE_INFINITY;

  constructor(source: LogSource<Row>) {
    this.#source = source;
  }

  /** For `useSyncExternalStore`. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly state = (): LogState<Row> => this.#state;

  /** Reads the next older page. */
  readonly more = async (): Promise<void> => {
    if (this.#state.loading || !this.#state.hasMore) return;
    if (this.#state.sparse) this.#emptyPages = 0;
    this.#enter({ loading: true, sparse: false });
    try {
      const page = await this.#source.page({
        cursor: this.#cursor,
        limit: this.#cursor === null ? firstPageRows : pageRows,
      });
      const older = page.data.filter((row) => !this.#known.has(this.#source.idOf(row)));
      this.#emptyPages = older.length === 0 ? this.#emptyPages + 1 : 0;
      this.#cursor = page.next_cursor;
      this.#learn(older);
      this.#enter({
        rows: [...(this.#state.rows ?? []), ...older],
        error: null,
        loading: false,
        hasMore: page.next_cursor !== null,
        sparse: page.next_cursor !== null && this.#emptyPages >= emptyPagesInARow,
      });
    } catch (error) {
      this.#enter({ error, loading: false });
    }
  };

  /** While followed, new rows are shown as they come; otherwise they wait. */
  follow(following: boolean): void {
    this.#following = following;
    if (following) this.showWaiting();
  }

  readonly showWaiting = (): void => {
    const { rows, waitingMore } = this.#state;
    if (waitingMore) {
      this.#enter({ rows: undefined });
      this.#headIsStale = true;
      this.#soon(0);
    } else if (this.#waiting.length > 0) {
      this.#learn(this.#waiting);
      this.#enter({ rows: [...this.#waiting, ...(rows ?? [])] });
    }
    this.#hold([], false);
  };

  /** Something happened: there may be new rows, and those with these ids have changed. */
  touch(ids: Iterable<string>): void {
    for (const id of ids) if (this.#known.has(id)) this.#stale.add(id);
    this.#headIsStale = true;
    this.#soon();
  }

  /** What happened is not known: whatever is not over may have changed. */
  touchAll(): void {
    const { idOf, isOver } = this.#source;
    this.touch((this.#state.rows ?? []).filter((row) => !isOver(row)).map(idOf));
  }

  /** What somebody sees is kept up to date. */
  view(ids: readonly string[]): void {
    this.#viewed = ids;
    if (ids.some((id) => this.#stale.has(id))) this.#soon();
  }

  /** Nothing is read any more until something happens again. */
  rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #soon(pauseMs = Math.max(gatherMs, this.#tickedAtMs + tickMs - performance.now())): void {
    if (this.#ticking) return;
    if (pauseMs === 0) this.rest();
    this.#timer ??= setTimeout(() => void this.#tick(), pauseMs);
  }

  async #tick(): Promise<void> {
    this.#timer = undefined;
    this.#ticking = true;
    try {
      if (this.#headIsStale) await this.#readHead();
      await this.#readStale();
    } catch (error) {
      this.#enter({ error });
    } finally {
      this.#ticking = false;
      this.#tickedAtMs = performance.now();
    }
    if (this.#headIsStale || this.#viewed.some((id) => this.#stale.has(id))) this.#soon();
  }

  async #readHead(): Promise<void> {
    this.#headIsStale = false;
    const page = await this.#source.page({ cursor: null, limit: headRows });
    const { rows } = this.#state;
    this.#replace(page.data);
    const held = new Set(this.#waiting.map(this.#source.idOf));
    const isKnown = (row: Row) => this.#known.has(this.#source.idOf(row));
    const fresh = page.data.filter((row) => !isKnown(row));
    const gap = page.next_cursor !== null && fresh.length === page.data.length;
    if (rows === undefined || (this.#following && (gap || rows.length > mostFollowed))) {
      this.#beginAnew(page);
    } else if (this.#following) {
      if (fresh.length === 0) return this.#enter({ error: null });
      this.#learn(fresh);
      this.#enter({ rows: [...fresh, ...rows], error: null });
    } else {
      const unheld = fresh.filter((row) => !held.has(this.#source.idOf(row)));
      const lost = gap && unheld.length === fresh.length;
      this.#hold([...unheld, ...this.#waiting], this.#state.waitingMore || lost);
    }
  }

  #beginAnew(page: LogPage<Row>): void {
    this.#known = new Set();
    this.#stale.clear();
    this.#learn(page.data);
    this.#cursor = page.next_cursor;
    this.#emptyPages = 0;
    this.#enter({
      rows: page.data,
      error: null,
      hasMore: page.next_cursor !== null,
      sparse: false,
    });
  }

  async #readStale(): Promise<void> {
    const ids = this.#viewed.filter((id) => this.#stale.has(id)).slice(0, rowsATick);
    for (let start = 0; start < ids.length; start += rowsAtOnce) {
      const some = ids.slice(start, start + rowsAtOnce);
      for (const id of some) this.#stale.delete(id);
      this.#replace(await Promise.all(some.map((id) => this.#source.row(id))));
    }
  }

  #replace(changed: readonly Row[]): void {
    const { rows } = this.#state;
    const now = new Map(changed.map((row) => [this.#source.idOf(row), row]));
    for (const id of now.keys()) this.#stale.delete(id);
    if (rows?.some((row) => now.has(this.#source.idOf(row))) !== true) return;
    this.#enter({ rows: rows.map((row) => now.get(this.#source.idOf(row)) ?? row) });
  }

  #learn(rows: readonly Row[]): void {
    for (const row of rows) this.#known.add(this.#source.idOf(row));
  }

  #hold(rows: readonly Row[], more: boolean): void {
    this.#waiting = rows;
    this.#enter({ waiting: rows.length, waitingMore: more, error: null });
  }

  #enter(change: Partial<LogState<Row>>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
