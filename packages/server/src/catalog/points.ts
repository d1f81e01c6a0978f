import { z } from 'zod';

const maxDecimals = 4;
const maxDigits = 15;

/**
 * Why this number cannot be an amount of points, or null if it can. At most 4 decimal places and 15
 * significant digits: such a number survives the way through a double and back unchanged.
 */
function pointsFault(value: number): string | null {
  if (Number.isInteger(value)) {
    if (Math.abs(value) < 10 ** maxDigits) return null;
    return `Found ${value}, expected at most ${maxDigits} digits.`;
  }
  const written = String(Math.abs(value));
  const dot = written.indexOf('.');
  if (dot === -1 || written.includes('e') || written.length - dot - 1 > maxDecimals) {
    return `Found ${value}, expected at most ${maxDecimals} decimal places. Round it.`;
  }
  if (written.length - 1 > maxDigits) return `Found ${value}, expected at most ${maxDigits} digits.`;
  return null;
}

/** Points of either sign: a balance. */
export const balance = z.number().check((payload) => {
  const fault = pointsFault(payload.value);
  if (fault !== null) payload.issues.push({ code: 'custom', message: fault, input: payload.value });
});

/** Points given or taken by one cause: zero or more. */
export const points = balance.min(0);

/** A score, a position on a scale of the owner's: any number a double holds as written. */
export const score = z.number().check((payload) => {
  const written = String(Math.abs(payload.value)).replace('.', '').replace(/e.*$/, '').replace(/^0+/, '');
  if (written.length > maxDigits || Math.abs(payload.value) >= 10 ** maxDigits) {
    const message = `Found ${payload.value}, expected at most ${maxDigits} significant digits and less than 10^${maxDigits}.`;
    payload.issues.push({ code: 'custom', message, input: payload.value });
  }
});
