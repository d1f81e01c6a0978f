/** When a token ends: after so many days, at the end of a day, or never. */
export const expiries = ['30', '90', '365', 'date', 'never'] as const;
export type Expiry = (typeof expiries)[number];

const dayMs = 86_400_000;

/** ISO 8601, or null for never. `day` as `2027-01-31`: it is good until that day ends where the reader is. */
export function expiryTime(expiry: Expiry, day: string, now: Date): string | null {
  if (expiry === 'never') return null;
  if (expiry !== 'date') return new Date(now.getTime() + Number(expiry) * dayMs).toISOString();
  const end = new Date(`${day}T00:00:00`);
  end.setDate(end.getDate() + 1);
  return end.toISOString();
}

/** The day where the reader is, as `2027-01-31`. */
export function isoDay(time: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}
