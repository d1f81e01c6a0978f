/** Numbers from 0 (included) to 1 (not included). */
export type Random = () => number;

/**
 * Numbers that are the same for the same seeds (mulberry32). Several seeds make streams that do not depend on each
 * other: one for each person, so that a person does the same whoever else takes part.
 */
export function seededRandom(...seeds: readonly number[]): Random {
  let state = 0;
  for (const seed of seeds) state = mixed((state ^ seed) + 0x9e3779b9);
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    return mixed(state) / 4_294_967_296;
  };
}

function mixed(value: number): number {
  let result = Math.imul(value ^ (value >>> 15), value | 1);
  result = (result + Math.imul(result ^ (result >>> 7), result | 61)) ^ result;
  return (result ^ (result >>> 14)) >>> 0;
}

/** A whole number from 0 up to, not including, `below`. */
export function whole(random: Random, below: number): number {
  return Math.floor(random() * below);
}

export function oneOf<T>(random: Random, choices: readonly T[]): T {
  const chosen = choices[whole(random, choices.length)];
  if (chosen === undefined) throw new Error('There is nothing to choose from');
  return chosen;
}
