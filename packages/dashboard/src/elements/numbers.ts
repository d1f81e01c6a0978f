const whole = new Intl.NumberFormat('en');
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });
const decimal = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** What stands where there is nothing to say. */
export const none = '–';

/** 12,345 */
export const count = (value: number): string => whole.format(value);
/** 12.3K, where there is little room. */
export const roughCount = (value: number): string => short.format(value);
/** A share from 0 to 1 as 99.4%; never rounded up to all or down to nothing. */
export function share(value: number | null): string {
  if (value === null) return none;
  if (value > 0.999 && value < 1) return '> 99.9%';
  if (value > 0 && value < 0.001) return '< 0.1%';
  return percent.format(value);
}
/** Milliseconds as 12 ms, 1.2 s, 4 min, 3.5 h. */
export function duration(ms: number | null): string {
  if (ms === null) return none;
  if (ms < 1) return '< 1 ms';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${decimal.format(ms / 1_000)} s`;
  if (ms < 3_600_000) return `${decimal.format(ms / 60_000)} min`;
  if (ms < 86_400_000) return `${decimal.format(ms / 3_600_000)} h`;
  return `${decimal.format(ms / 86_400_000)} d`;
}
/** 0.42, 12.3, 1,204 a second. */
export function rate(perSecond: number): string {
  return perSecond >= 100 ? whole.format(Math.round(perSecond)) : decimal.format(perSecond);
}
