import { describe, expect, it } from 'vitest';
import { eraseFromEvent, eventTypes, exampleEvent, type FrozenEvent } from '../../src/catalog/index.ts';

const ada = {
  id: 'usr_01jd8rkq3ve6svk1nrghf1x0t4',
  external_id: 'customer-4711',
} as const;
const person = {
  ids: new Set<string>([ada.id]),
  traces: ['customer-4711', 'ada@example.com', 'Ada Lovelace', 'c++ (42)', '42', 'Ad'],
};
const someone: NonNullable<FrozenEvent['participant']> = {
  id: 'usr_01jd8rkq3ve6svk1nrghf1x0t5',
  external_id: 'grace',
  email: 'grace@example.com',
  first_name: 'Grace',
  last_name: null,
  phone: null,
  wallet: null,
  fields: { level: '42' },
  test: false,
  total_points: 10,
  referral_points: 0,
  ugc_points: 0,
  multiplier_percent: 0,
  rank: 1,
  team: 'Red',
};

function event(type: string, data: unknown, participant = someone): FrozenEvent {
  return { ...exampleEvent('rank.changed'), type, participant, data } as FrozenEvent;
}

describe('an event about somebody whose data is erased', () => {
  const hers = { ...someone, ...ada, email: 'ada@example.com', wallet: '0x1', phone: '1' };

  it.each(eventTypes)('keeps what counts and nothing that names them: %s', (type) => {
    const example = exampleEvent(type);
    if (example.participant === null) return;
    const owned = { ...example, participant: { ...example.participant, ...hers } } as FrozenEvent;
    const erased = eraseFromEvent(owned, person);
    expect(erased?.participant).toEqual({
      ...hers,
      total_points: erased?.participant?.total_points,
      external_id: null,
      email: null,
      first_name: null,
      last_name: null,
      phone: null,
      wallet: null,
      fields: {},
    });
    expect(erased).toMatchObject({ id: owned.id, seq: owned.seq, campaign: owned.campaign });
    if ('account' in (erased?.data ?? {})) expect(erased?.data).toMatchObject({ account: null });
  });

  it('loses everything that a type of the organization holds, as nobody can tell what it is', () => {
    expect(eraseFromEvent(event('vip.upgraded', { birthday: '1815-12-10' }, hers), person)?.data).toEqual({});
  });

  it('is erased once: a second time there is nothing to change', () => {
    const once = eraseFromEvent(
      event('points.issued', { amount: 5, note: 'For ada', account: null }, hers),
      person,
    );
    expect(once).not.toBeNull();
    expect(once === null ? null : eraseFromEvent(once, person)).toBeNull();
  });
});

describe('an event about somebody else', () => {
  it('stays as it is when it does not name them', () => {
    expect(eraseFromEvent(event('rank.changed', { rank: 42, previous_rank: null }), person)).toBeNull();
  });

  it('loses the name where it names them, and keeps our id', () => {
    const data = { referrer: { ...ada }, account: { platform: 'discord', name: 'grace' } };
    expect(eraseFromEvent(event('referral.joined', data), person)?.data).toEqual({
      referrer: { id: ada.id, external_id: null },
      account: { platform: 'discord', name: 'grace' },
    });
  });

  it('loses what could tell who they are within any text, in capitals or not, as whole words', () => {
    const data = {
      list: ['mail ADA@EXAMPLE.COM now', { deep: 'by Ada Lovelace (customer-4711)' }],
      other: 'customer-47110 and xcustomer-4711',
      symbols: 'knows c++ (42)!',
    };
    expect(eraseFromEvent(event('vip.upgraded', data), person)?.data).toEqual({
      list: ['mail erased now', { deep: 'by erased (erased)' }],
      other: 'customer-47110 and xcustomer-4711',
      symbols: 'knows erased!',
    });
  });

  it('keeps texts that only resemble a short trace: it would be found everywhere', () => {
    expect(eraseFromEvent(event('vip.upgraded', { level: '42', name: 'Ad hoc' }), person)).toBeNull();
  });
});
