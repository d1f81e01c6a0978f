import { account as text } from '#strings/account.ts';

/** The first that matches counts: most browsers also call themselves by the names of others. */
const programs: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\bEdgA?(?:iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/Chrome\/|\bCriOS\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
  [/^curl\//, 'curl'],
];

const systems: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
];

/** A User-Agent header as people call it: "Firefox on Linux". What is unknown is said in its own words. */
export function browserName(userAgent: string | null): string {
  if (userAgent === null || userAgent === '') return text.sessions.unknown;
  const find = (names: typeof programs) => names.find(([pattern]) => pattern.test(userAgent))?.[1];
  const program = find(programs);
  if (program === undefined) return userAgent.slice(0, 60);
  const system = find(systems);
  return system === undefined ? program : text.sessions.on(program, system);
}
