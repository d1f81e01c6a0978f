import { parse } from 'csv-parse/sync';
import { flatFields } from '../catalog/index.ts';
import { Problem } from '../problems.ts';

/** What a column of a file holds. */
export type Column =
  | { readonly kind: 'account'; readonly name: string; readonly platform: string }
  | { readonly kind: 'field'; readonly name: string; readonly field: string }
  | { readonly kind: 'plain'; readonly name: string };

export interface Header {
  readonly delimiter: string;
  readonly columns: readonly Column[];
}

/** What the file of one kind of import may hold. */
export interface Layout {
  readonly plain: readonly string[];
  readonly accounts: boolean;
  readonly fields: boolean;
  /** Columns of which there must be one: plain names, or `account`. */
  readonly needsOneOf: readonly string[];
  readonly needs: readonly string[];
}

export const participantLayout: Layout = {
  plain: [
    'id',
    'external_id',
    'email',
    'first_name',
    'last_name',
    'phone',
    'wallet',
    'test',
    'referral_code',
    'fields',
  ],
  accounts: true,
  fields: true,
  needsOneOf: ['id', 'external_id', 'wallet', 'account'],
  needs: [],
};

export const pointsLayout: Layout = {
  plain: ['id', 'external_id', 'amount', 'reference', 'note'],
  accounts: true,
  fields: false,
  needsOneOf: ['id', 'external_id', 'account'],
  needs: ['amount'],
};

const delimiters = [',', ';', '\t'];
const mostColumns = 250;

/**
 * The first line of a file, without its line end. Names are taken in capitals or not; the delimiter is what separates
 * them. Throws `invalid_import` naming everything that is wrong.
 */
export function readHeader(line: string, layout: Layout): Header {
  if (line.includes('\r')) {
    throw refused('Its lines end with CR alone, expected LF or CRLF. Save it with those.');
  }
  if (line.includes('\0')) throw refused(utf16);
  if (line.trim() === '') {
    throw refused(`Its first line is empty, expected the names of its columns: ${expected(layout)}.`);
  }
  const delimiter = delimiterOf(line);
  const names = cellsOf(line, delimiter).map((name) => name.trim());
  const faults: string[] = [];
  if (names.length > mostColumns) {
    throw refused(`It has ${names.length} columns, expected at most ${mostColumns}. Leave some out.`);
  }

  const columns = names.map((name) => columnOf(name, layout));
  const unknown = names
    .filter((_, at) => columns[at] === null)
    .map((name) => JSON.stringify(name.slice(0, 60)));
  if (unknown.length > 0) faults.push(`unknown columns: ${unknown.join(', ')}`);
  const known = columns.flatMap((column) => column ?? []);
  const twice = known.filter((one, at) => known.findIndex((other) => other.name === one.name) !== at);
  if (twice.length > 0)
    faults.push(`columns that are there twice: ${twice.map(({ name }) => name).join(', ')}`);

  const has = (needed: string) =>
    known.some(({ kind, name }) => name === needed || (needed === 'account' && kind === 'account'));
  const missing = layout.needs.filter((name) => !has(name));
  if (missing.length > 0) faults.push(`missing columns: ${missing.join(', ')}`);
  if (!layout.needsOneOf.some(has)) {
    faults.push(`no column that says who is meant: ${layout.needsOneOf.map(shownName).join(', ')}`);
  }
  const fields = known.flatMap((column) => (column.kind === 'field' ? [column.field] : []));
  const checked = flatFields.safeParse(Object.fromEntries(fields.map((field) => [field, ''])));
  if (!checked.success)
    faults.push(...checked.error.issues.map(({ message, path }) => `field:${path}: ${message}`));
  if (faults.length > 0) {
    const found = names.map((name) => name.slice(0, 60)).join(', ');
    throw refused(
      `Its first line does not name its columns as expected. Found ${found.slice(0, 600)} (separated by ${shownDelimiter(delimiter)}), with ${faults.join('; ')}. Expected ${expected(layout)}. Change the first line.`,
    );
  }
  return { delimiter, columns: known };
}

/** Throws `invalid_import` for a file that says, or shows, that it is UTF-16. */
export function refuseUtf16(start: Buffer): void {
  const mark = start.length >= 2 ? start.readUInt16BE(0) : 0;
  if (mark === 0xfffe || mark === 0xfeff || start.includes(0)) throw refused(utf16);
}

const utf16 = 'Line 1 is UTF-16, expected UTF-8. Save the file as "CSV UTF-8" and send it again.';

export function refused(why: string): Problem {
  return new Problem('invalid_import', `The file cannot be imported. ${why} Nothing was imported.`);
}

/** The header as it is kept with the job. */
export function headerNames(header: Header): string[] {
  return header.columns.map(({ name }) => name);
}

export function headerFrom(delimiter: string, names: readonly string[], layout: Layout): Header {
  return { delimiter, columns: names.flatMap((name) => columnOf(name, layout) ?? []) };
}

function columnOf(text: string, layout: Layout): Column | null {
  const lower = text.toLowerCase();
  const plain = lower.replaceAll(/[ -]/g, '_');
  if (layout.plain.includes(plain)) return { kind: 'plain', name: plain };
  if (layout.accounts && lower.startsWith('account:')) {
    const platform = lower.slice('account:'.length).trim();
    return platform === '' || platform.length > 50
      ? null
      : { kind: 'account', name: `account:${platform}`, platform };
  }
  if (layout.fields && lower.startsWith('field:')) {
    const field = text.slice('field:'.length).trim();
    return field === '' ? null : { kind: 'field', name: `field:${field}`, field };
  }
  return null;
}

/** The one that separates most. */
function delimiterOf(line: string): string {
  const outsideQuotes = line.replaceAll(/"(?:[^"]|"")*"/g, '');
  const counts = delimiters.map((delimiter) => outsideQuotes.split(delimiter).length);
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ',';
}

function cellsOf(line: string, delimiter: string): string[] {
  try {
    const [cells = []] = parse(line, { delimiter, relax_quotes: true });
    return cells;
  } catch {
    throw refused('Its first line has a quote that is not closed. Close it.');
  }
}

function expected({ plain, accounts, fields, needs, needsOneOf }: Layout): string {
  const names = [...plain, ...(accounts ? ['account:<platform>'] : []), ...(fields ? ['field:<name>'] : [])];
  const always = needs.map((name) => `always ${name} and `).join('');
  return `some of ${names.join(', ')}; ${always}at least one of ${needsOneOf.map(shownName).join(', ')}`;
}

function shownName(name: string): string {
  return name === 'account' ? 'account:<platform>' : name;
}

function shownDelimiter(delimiter: string): string {
  return delimiter === '\t' ? 'tabs' : `"${delimiter}"`;
}
