import type { ParticipantDetail } from '@fanfare/client';
import { expect, test } from 'vitest';
import {
  accountRow,
  changedProfile,
  fieldsFrom,
  newParticipant,
  valuesOf,
} from '../src/participants/profile-values.ts';

const ada: ParticipantDetail = {
  id: 'usr_1',
  external_id: 'ada',
  email: 'ada@example.com',
  first_name: 'Ada',
  last_name: null,
  phone: null,
  wallet: null,
  fields: { boat: 'Nut', crew: 3 },
  test: false,
  referral_code: 'ADA',
  created_at: '2026-03-14T09:26:53.589Z',
  updated_at: '2026-03-14T09:26:53.589Z',
  erased_at: null,
  accounts: [{ platform: 'discord', name: 'ada' }],
  participations: [],
  absorbed: [],
  latest: null,
};

test('who changes one thing says nothing of the rest', () => {
  expect(changedProfile(ada, valuesOf(ada))).toEqual({});
  expect(changedProfile(ada, { ...valuesOf(ada), email: ' ada@new.example ' })).toEqual({
    email: 'ada@new.example',
  });
  expect(changedProfile(ada, { ...valuesOf(ada), email: '' })).toEqual({ email: null });
  expect(
    changedProfile(ada, {
      ...valuesOf(ada),
      accounts: [...valuesOf(ada).accounts, accountRow('x', 'ada_x')],
    }),
  ).toEqual({
    accounts: [
      { platform: 'discord', name: 'ada' },
      { platform: 'x', name: 'ada_x' },
    ],
  });
});

test('of somebody new, what was left empty is left out', () => {
  const empty = valuesOf(undefined);
  expect(newParticipant({ ...empty, ownId: 'bob', accounts: [accountRow()] })).toEqual({
    external_id: 'bob',
    accounts: [],
    fields: {},
  });
});

test('fields are a JSON object', () => {
  expect(fieldsFrom('{ "a": 1 }')).toEqual({ a: 1 });
  expect(fieldsFrom(' ')).toEqual({});
  for (const wrong of ['[]', '1', 'null', '{', '"a"']) expect(fieldsFrom(wrong), wrong).toBeNull();
});
