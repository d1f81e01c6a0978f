export interface Placed {
  readonly id: string;
  readonly position: number;
}

/**
 * Which positions to write so that one of the things, as they are listed, stands a place higher or lower; none where that
 * is not possible. The others keep their numbers as far as these tell them apart.
 */
export function moved(listed: readonly Placed[], id: string, by: -1 | 1): readonly Placed[] {
  const from = listed.findIndex((one) => one.id === id);
  const to = from + by;
  const moving = listed[from];
  if (moving === undefined || to < 0 || to >= listed.length) return [];
  const wanted = listed.filter((one) => one !== moving);
  wanted.splice(to, 0, moving);
  const places = rising(listed.map(({ position }) => position));
  return wanted
    .map((one, index) => ({ id: one.id, position: places[index] ?? index, before: one.position }))
    .filter(({ position, before }) => position !== before)
    .map(({ id, position }) => ({ id, position }));
}

/** The same numbers, each at least one more than the one before. */
function rising(numbers: readonly number[]): readonly number[] {
  let last = -1;
  return numbers.map((number) => {
    last = Math.max(number, last + 1);
    return last;
  });
}
