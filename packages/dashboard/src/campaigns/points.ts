const exact = new Intl.NumberFormat('en', { maximumFractionDigits: 4 });

/** Points as they are kept, with up to 4 places: 1,234.5. */
export const points = (value: number): string => exact.format(value);

/** The same with its sign: +550, −20. */
export function change(value: number): string {
  if (value === 0) return '0';
  return value > 0 ? `+${exact.format(value)}` : `−${exact.format(-value)}`;
}
