import type { NewParticipant, ParticipantDetail } from '@fanfare/client';

/** What the form holds: text, as people type it. */
export interface ProfileValues {
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly phone: string;
  readonly ownId: string;
  readonly code: string;
  readonly accounts: readonly { readonly key: string; readonly platform: string; readonly name: string }[];
  readonly fields: string;
  readonly test: boolean;
}

/** Of the form, by what the API calls them. */
export const formFields: Readonly<Record<string, keyof ProfileValues>> = {
  first_name: 'firstName',
  last_name: 'lastName',
  email: 'email',
  phone: 'phone',
  external_id: 'ownId',
  referral_code: 'code',
  accounts: 'accounts',
  fields: 'fields',
  test: 'test',
};

let madeRows = 0;

export function accountRow(platform = '', name = ''): ProfileValues['accounts'][number] {
  madeRows += 1;
  return { key: String(madeRows), platform, name };
}

export function valuesOf(participant: ParticipantDetail | undefined): ProfileValues {
  return {
    firstName: participant?.first_name ?? '',
    lastName: participant?.last_name ?? '',
    email: participant?.email ?? '',
    phone: participant?.phone ?? '',
    ownId: participant?.external_id ?? '',
    code: participant?.referral_code ?? '',
    accounts: (participant?.accounts ?? []).map(({ platform, name }) => accountRow(platform, name)),
    fields:
      participant === undefined || Object.keys(participant.fields).length === 0
        ? ''
        : JSON.stringify(participant.fields, null, 2),
    test: participant?.test ?? false,
  };
}

/** What the form says of somebody new: what was left empty is left out. */
export function newParticipant(values: ProfileValues): NewParticipant {
  return Object.fromEntries(
    Object.entries(settingsOf(values)).filter(
      ([name, value]) => value !== null && value !== '' && !(name === 'test' && value === false),
    ),
  );
}

/** What the form changes of somebody: the rest is left out, so that nobody undoes what another changed meanwhile. */
export function changedProfile(before: ParticipantDetail, values: ProfileValues): NewParticipant {
  const old: Readonly<Record<string, unknown>> = settingsOf(valuesOf(before));
  return Object.fromEntries(
    Object.entries(settingsOf(values)).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(old[name]),
    ),
  );
}

function settingsOf(values: ProfileValues): NewParticipant {
  return {
    first_name: values.firstName.trim() || null,
    last_name: values.lastName.trim() || null,
    email: values.email.trim() || null,
    phone: values.phone.trim() || null,
    external_id: values.ownId.trim(),
    referral_code: values.code.trim(),
    accounts: values.accounts
      .map(({ platform, name }) => ({ platform: platform.trim(), name: name.trim() }))
      .filter(({ platform, name }) => platform !== '' || name !== ''),
    fields: fieldsFrom(values.fields) ?? {},
    test: values.test,
  };
}

/** The object that the text is; null when it is none. */
export function fieldsFrom(text: string): NonNullable<NewParticipant['fields']> | null {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    return value as NonNullable<NewParticipant['fields']>;
  } catch {
    return null;
  }
}
