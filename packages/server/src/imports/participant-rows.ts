import { z } from 'zod';
import { type BatchedParticipant, canonicalAccount } from '../campaigns/index.ts';
import { flatFields, isSafeText, unsafeTextDetail } from '../catalog/index.ts';
import { parseId, uuidOf } from '../ids.ts';
import type { Header } from './header.ts';
import { type CellFault, said } from './records.ts';

/** UTF-16 units of a cell, as the API takes them. */
const mostUnits: Readonly<Record<string, number>> = {
  external_id: 200,
  email: 320,
  first_name: 100,
  last_name: 100,
  phone: 50,
};
const mostAccountUnits = 200;
const mostFieldUnits = 10_000;
const email = z.regexes.email;
const referralCode = /^[A-Za-z0-9_-]{3,32}$/;
const truths: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['0', false],
]);
/** A wallet column holds addresses of this platform. */
const walletPlatform = 'ethereum';

/** What a record says of a person, or everything that is wrong with it. An empty cell says nothing. */
export function readParticipant(
  header: Header,
  cells: readonly string[],
): BatchedParticipant | { readonly faults: readonly CellFault[] } {
  const faults: CellFault[] = [];
  const accounts: BatchedParticipant['accounts'][number][] = [];
  const fields: Record<string, string | number | boolean | null> = {};
  const person: { -readonly [K in keyof BatchedParticipant['person']]: BatchedParticipant['person'][K] } = {};
  let id: BatchedParticipant['id'] = null;
  let externalId: string | null = null;
  let code: string | null = null;

  for (const [at, column] of header.columns.entries()) {
    const text = said(cells[at]);
    if (text === null) continue;
    const { name: field } = column;
    const fault = (reason: string) => void faults.push({ field, reason });
    if (!isSafeText(text)) {
      fault(unsafeTextDetail);
      continue;
    }
    const fit = fitting(field, text, mostUnits[field]);
    if (fit !== null) {
      fault(fit);
      continue;
    }
    if (column.kind === 'account' || field === 'wallet') {
      const platform = column.kind === 'account' ? column.platform : walletPlatform;
      for (const name of text.split('\n').flatMap((line) => said(line) ?? [])) {
        const account = accountOf(platform, name);
        if ('fault' in account) fault(account.fault);
        else if (!accounts.some((one) => one.platform === account.platform && one.name === account.name)) {
          accounts.push(account);
        }
      }
      continue;
    }
    if (column.kind === 'field') {
      if (text.length > mostFieldUnits) fault(tooLong(text, mostFieldUnits));
      else fields[column.field] = text;
      continue;
    }
    switch (field) {
      case 'id': {
        const parsed = parseId('usr', text);
        if (parsed === null) {
          fault(`Found ${shown(text)}, expected the id of a participant: usr_ and 26 characters.`);
        } else id = uuidOf(parsed);
        break;
      }
      case 'external_id':
        externalId = text;
        break;
      case 'email':
        if (email.test(text)) person.email = text;
        else fault(`Found ${shown(text)}, expected an e-mail address, such as ada@example.com.`);
        break;
      case 'first_name':
      case 'last_name':
      case 'phone':
        person[field] = text;
        break;
      case 'test': {
        const truth = truths.get(text.toLowerCase());
        if (truth === undefined) fault(`Found ${shown(text)}, expected true or false.`);
        else person.test = truth;
        break;
      }
      case 'referral_code':
        if (referralCode.test(text)) code = text.toUpperCase();
        else fault(`Found ${shown(text)}, expected 3 to 32 letters, digits, "_" or "-".`);
        break;
      case 'fields': {
        const read = fieldsOf(text);
        if ('fault' in read) fault(read.fault);
        else Object.assign(fields, read.fields);
        break;
      }
    }
  }
  if (faults.length === 0 && id === null && externalId === null && accounts.length === 0) {
    faults.push({
      field: null,
      reason:
        'Found no id, no external_id and no account; expected at least one of them, to know the person again.',
    });
  }
  if (faults.length > 0) return { faults };
  return { id, externalId, accounts, person, fields, referralCode: code };
}

/** The account in its canonical form. */
export function accountOf(
  platform: string,
  name: string,
): { readonly platform: string; readonly name: string } | { readonly fault: string } {
  if (name.length > mostAccountUnits) return { fault: tooLong(name, mostAccountUnits) };
  return canonicalAccount({ platform, name });
}

export function shown(text: string): string {
  return JSON.stringify(text.length <= 60 ? text : `${text.slice(0, 60)}…`);
}

export function tooLong(text: string, most: number): string {
  return `Found ${text.length} characters, expected at most ${most}. Shorten it.`;
}

function fitting(field: string, text: string, most: number | undefined): string | null {
  if (most === undefined) return null;
  if (text.length > most) return tooLong(text, most);
  if (text.includes('\n') && field !== 'external_id') {
    return 'Found a line break, expected one line. Close the quote before it, or take it out.';
  }
  return null;
}

function fieldsOf(
  text: string,
): { readonly fields: BatchedParticipant['fields'] } | { readonly fault: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { fault: `Found ${shown(text)}, expected a JSON object, such as {"plan":"pro"}.` };
  }
  const checked = flatFields.safeParse(value);
  if (checked.success) return { fields: checked.data };
  const [issue] = checked.error.issues;
  return { fault: `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim() };
}
