import { Decimal } from 'decimal.js';

/*
 * Points have at most 4 decimal places and 11 digits before the point: 15 digits, which a double, and so a JSON
 * number, holds exactly as written.
 */

export const pointPlaces = 4;
/** Every amount and every total stays below. */
export const pointLimit = new Decimal('1e11');
/** As wide as the column that holds it: 5 digits before the point. */
export const multiplierLimit = new Decimal('1e5');
/** What a double holds as written, of a number that is not points: scores and the values of triggers. */
const doubleDigits = 15;

/**
 * Decimals whose sums and products are not rounded: the widest factors (a value of 15 digits and a rate of 15, a
 * stock of 38) stay far below 100 digits. The library's default of 20 digits would round them.
 */
const Exact = Decimal.clone({ precision: 100, rounding: Decimal.ROUND_HALF_UP });

export function exact(value: Decimal | number | string): Decimal {
  return new Exact(value);
}

/** Rounded to 4 places, half a unit up: 0.00005 becomes 0.0001. */
function rounded(points: Decimal): Decimal {
  return points.toDecimalPlaces(pointPlaces, Decimal.ROUND_HALF_UP);
}

/** Points with the participant's multiplier: 10 % turns 500 into 550. */
export function boosted(points: Decimal, multiplierPercent: Decimal): Decimal {
  return rounded(exact(points).times(exact(multiplierPercent).plus(100)).div(100));
}

/** This percentage of the points. */
export function shareOf(points: Decimal, percent: Decimal): Decimal {
  return rounded(exact(points).times(percent).div(100));
}

/** What a trigger's value is worth. */
export function worthOf(value: Decimal, rate: Decimal): Decimal {
  return rounded(exact(value).times(rate));
}

/** Why these cannot be points to give or take, or null if they can. */
export function amountFault(amount: Decimal): string | null {
  const found = `Found ${written(amount)} points`;
  if (!amount.isFinite() || amount.lte(0)) return `${found}, expected a number greater than zero.`;
  if (amount.decimalPlaces() > pointPlaces) {
    return `${found}, expected at most ${pointPlaces} decimal places. Round them.`;
  }
  if (amount.gte(pointLimit)) return `${found}, expected at most 11 digits before the decimal point.`;
  return null;
}

/** Why an event cannot show this number as its JSON number, or null if it can. */
export function measureFault(what: string, value: Decimal): string | null {
  if (!value.isFinite()) return `Found ${what} of ${value.toString()}, expected a number.`;
  if (value.precision() <= doubleDigits && value.abs().lt(`1e${doubleDigits}`)) return null;
  return `Found ${what} of ${written(value)}, expected at most ${doubleDigits} significant digits and less than 10^${doubleDigits}.`;
}

function written(value: Decimal): string {
  const text = value.toString();
  return text.length <= 40 ? text : `${text.slice(0, 40)}…`;
}
