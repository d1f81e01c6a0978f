/** A value somewhere in a thing that was changed. `undefined`: it is not there. */
export interface Difference {
  /** As `retry_policy.delays_seconds`; what is in a list has its place in it: `milestones.0.points`. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/** What differs between two states of a thing, down to the last value. Lists of plain values stay in one piece. */
export function differencesOf(before: Fields | null, after: Fields | null): readonly Difference[] {
  const old = leavesOf(before);
  const fresh = leavesOf(after);
  const paths = new Set([...old.keys(), ...fresh.keys()]);
  return [...paths]
    .map((path) => ({ path, before: old.get(path), after: fresh.get(path) }))
    .filter(({ before: was, after: is }) => JSON.stringify(was) !== JSON.stringify(is));
}

function leavesOf(fields: Fields | null): ReadonlyMap<string, unknown> {
  const leaves = new Map<string, unknown>();
  const walk = (value: unknown, path: string) => {
    const parts = partsOf(value);
    if (parts === null) leaves.set(path, value);
    else for (const [name, part] of parts) walk(part, path === '' ? name : `${path}.${name}`);
  };
  for (const [name, value] of Object.entries(fields ?? {})) walk(value, name);
  return leaves;
}

/** Null for what is shown in one piece. */
function partsOf(value: unknown): readonly (readonly [name: string, part: unknown])[] | null {
  if (typeof value !== 'object' || value === null) return null;
  if (Array.isArray(value) && !value.some((one) => typeof one === 'object' && one !== null)) return null;
  const parts = Object.entries(value);
  return parts.length === 0 ? null : parts;
}
