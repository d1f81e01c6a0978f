import { Decimal } from 'decimal.js';
import type { Action, PersonReference } from '../campaigns/index.ts';
import { isSafeText, unsafeTextDetail } from '../catalog/index.ts';
import { parseId } from '../ids.ts';
import type { Header } from './header.ts';
import { accountOf, shown, tooLong } from './participant-rows.ts';
import { type CellFault, type FileRecord, said } from './records.ts';

/** Points that a record gives or takes. */
export interface PointsRow {
  readonly who: PersonReference;
  readonly action: Extract<Action, { kind: 'issue_points' | 'deduct_points' }>;
}

const mostReferenceUnits = 200;
const mostNoteUnits = 200;
const mostExternalIdUnits = 200;
/** Digits, and after a point some more: no exponents, no thousands separators, nothing that a float would make. */
const amountForm = /^[+-]?\d{1,60}(?:\.\d{1,60})?$/;

/**
 * What a record says, or everything that is wrong with it. Without a reference of its own a record is booked under the
 * name of the import and its line, so that the same file books nothing twice.
 */
export function readPoints(
  header: Header,
  { line, cells }: FileRecord,
  importName: string | null,
): PointsRow | { readonly faults: readonly CellFault[] } {
  const faults: CellFault[] = [];
  const people: PersonReference[] = [];
  let amount: Decimal | null = null;
  let reference = importName === null ? null : `${importName}:${line}`;
  let note: string | null = null;

  for (const [at, column] of header.columns.entries()) {
    const text = said(column.name === 'amount' ? cells[at]?.replace(/^'/, '') : cells[at]);
    const { name: field } = column;
    const fault = (reason: string) => void faults.push({ field, reason });
    if (text === null) {
      if (field === 'amount')
        fault('Found nothing, expected how many points to give, or with a minus to take.');
      continue;
    }
    if (!isSafeText(text)) {
      fault(unsafeTextDetail);
      continue;
    }
    if (column.kind === 'account') {
      const account = accountOf(column.platform, text);
      if ('fault' in account) fault(account.fault);
      else people.push({ account });
      continue;
    }
    switch (field) {
      case 'id': {
        const id = parseId('usr', text);
        if (id === null)
          fault(`Found ${shown(text)}, expected the id of a participant: usr_ and 26 characters.`);
        else people.push({ id });
        break;
      }
      case 'external_id':
        if (text.length > mostExternalIdUnits) fault(tooLong(text, mostExternalIdUnits));
        else people.push({ externalId: text });
        break;
      case 'amount':
        if (amountForm.test(text)) amount = new Decimal(text);
        else
          fault(
            `Found ${shown(text)}, expected a number with a decimal point and no other marks, such as 12.5.`,
          );
        break;
      case 'reference':
        if (text.length > mostReferenceUnits) fault(tooLong(text, mostReferenceUnits));
        else reference = text;
        break;
      case 'note':
        if (text.length > mostNoteUnits) fault(tooLong(text, mostNoteUnits));
        else note = text;
        break;
    }
  }

  const [who] = people;
  if (faults.length === 0 && (who === undefined || people.length > 1)) {
    const found = people.length === 0 ? 'nobody' : `${people.length} ways to say who is meant`;
    faults.push({
      field: null,
      reason: `Found ${found}, expected one: an id, an external_id or an account.`,
    });
  }
  if (faults.length === 0 && reference === null) {
    faults.push({
      field: 'reference',
      reason: 'Found nothing, expected what names this booking once and for all. Or give the import a name.',
    });
  }
  if (faults.length > 0 || who === undefined || amount === null || reference === null) return { faults };
  const more = { cause: 'csv' as const, reference, ...(note !== null && { note }) };
  return {
    who,
    action: amount.isNegative()
      ? { kind: 'deduct_points', amount: amount.neg(), ...more }
      : { kind: 'issue_points', amount, ...more },
  };
}
