import { type FrozenEvent, isCatalogEvent } from './frozen-event.ts';

/** Who is taken out of events. */
export interface ErasedPerson {
  /** Every id of ours under which events tell of them. They stay: without anything else they name nobody. */
  readonly ids: ReadonlySet<string>;
  /** What could tell who they are wherever it stands: addresses, account names, the organization's own id. */
  readonly traces: readonly string[];
}

/** What stands in place of a trace within a text. */
const erased = 'erased';
/** Shorter ones stand in texts that have nothing to do with the person: these are only taken from their places. */
const shortestTrace = 6;

/** Those of the traces that are looked for within texts, the longest first. */
export function searchableTraces(traces: readonly string[]): readonly string[] {
  return [...new Set(traces)]
    .filter((trace) => trace.length >= shortestTrace)
    .sort((a, b) => b.length - a.length);
}

/**
 * The event without the person: in an event about them everything but the counters, in an event about somebody else
 * what names them. Null when it holds nothing of them (any more). What an organization's own types hold about a person
 * nobody else can tell apart, so it goes as a whole.
 */
export function eraseFromEvent(event: FrozenEvent, person: ErasedPerson): FrozenEvent | null {
  const isTheirs = event.participant !== null && person.ids.has(event.participant.id);
  const clean = textEraser(person);
  const changed: FrozenEvent = {
    ...event,
    participant: isTheirs ? withoutIdentity(event.participant) : event.participant,
    data: isTheirs ? ownData(event, clean) : clean(event.data),
  } as FrozenEvent;
  return JSON.stringify(changed) === JSON.stringify(event) ? null : changed;
}

function withoutIdentity(participant: FrozenEvent['participant']): FrozenEvent['participant'] {
  return (
    participant && {
      ...participant,
      external_id: null,
      email: null,
      first_name: null,
      last_name: null,
      phone: null,
      wallet: null,
      fields: {},
    }
  );
}

function ownData(event: FrozenEvent, clean: (value: unknown) => unknown): unknown {
  if (!isCatalogEvent(event)) return {};
  const data = clean(event.data);
  if (!isRecord(data)) return data;
  return {
    ...data,
    ...('account' in data && { account: null }),
    // The form of a game.
    ...('fields' in data && { fields: {} }),
    // Free text of whoever gave points.
    ...('note' in data && { note: null }),
  };
}

/** Takes traces out of every text, however deep, and the organization's id from where the person is named. */
function textEraser({ ids, traces }: ErasedPerson): (value: unknown) => unknown {
  const searched = searchableTraces(traces);
  const pattern =
    searched.length === 0
      ? null
      : new RegExp(`(?<![\\p{L}\\p{N}])(?:${searched.map(escaped).join('|')})(?![\\p{L}\\p{N}])`, 'giu');
  return function clean(value: unknown): unknown {
    if (typeof value === 'string') {
      return pattern === null || ids.has(value) ? value : value.replace(pattern, erased);
    }
    if (Array.isArray(value)) return value.map(clean);
    if (!isRecord(value)) return value;
    const { id } = value;
    const isPerson = typeof id === 'string' && ids.has(id);
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        name,
        isPerson && name === 'external_id' ? null : clean(inner),
      ]),
    );
  };
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
