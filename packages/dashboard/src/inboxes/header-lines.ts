import { inboxes } from '#strings/inboxes.ts';

const form = /^([^\s:]+):\s*(.*)$/;

/** Headers as people write them, one a line. */
export function headerLines(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}

const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** What is wrong with the first line that is no header; null when nothing is. */
export function headerFault(text: string): string | null {
  const wrong = linesOf(text).find((line) => !form.test(line));
  return wrong === undefined ? null : inboxes.form.headerFault(wrong);
}

/** The headers that the lines tell; the last of a name counts. */
export function headersFrom(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    linesOf(text).flatMap((line) => {
      const [, name, value] = form.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
}
