import fc from 'fast-check';
import { fromUUID, toUUID } from 'typeid-js';
import { describe, expect, it, vi } from 'vitest';
import { firstUuidAt, idFromUuid, newId, parseId, uuidOf, uuidTimeMs, writeUuidOf } from '../../src/ids.ts';

describe('ids', () => {
  it('are the TypeIDs that the reference library makes and reads', () => {
    fc.assert(
      fc.property(fc.uuid({ version: [1, 2, 3, 4, 5, 6, 7, 8] }), (uuid) => {
        const id = idFromUuid('we', uuid);
        expect(id).toBe(fromUUID(uuid, 'we'));
        expect(uuidOf(id)).toBe(uuid);
        const bytes = Buffer.alloc(20, 0xee);
        writeUuidOf(id, bytes, 2);
        expect(bytes.subarray(2, 18).toString('hex')).toBe(uuid.replaceAll('-', ''));
        expect([bytes[1], bytes[18]]).toEqual([0xee, 0xee]);
      }),
      { numRuns: 500 },
    );
  });

  it('reads the event id of the Reward documentation as a UUIDv7 of its time', () => {
    const id = parseId('we', 'we_01jf2wkmvcfw6ts1qmgzya291c');
    if (id === null) throw new Error('not parsed');
    expect(new Date(uuidTimeMs(uuidOf(id))).toISOString()).toBe('2024-12-14T15:29:18.700Z');
  });

  it('are UUIDv7 of now, in rising order, never twice', () => {
    const before = Date.now();
    const ids = Array.from({ length: 20_000 }, () => newId('dlv'));
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(ids);
    const uuid = toUUID(ids[0] as never);
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(uuidTimeMs(uuid)).toBeGreaterThanOrEqual(before);
  });

  it('keep rising when the clock goes back', () => {
    const first = newId('we');
    vi.useFakeTimers({ now: Date.now() - 86_400_000 });
    try {
      expect(newId('we') > first).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([
    ['another kind', 'dlv_01jf2wkmvcfw6ts1qmgzya291c'],
    ['a digit too few', 'we_01jf2wkmvcfw6ts1qmgzya291'],
    ['a digit too many', 'we_01jf2wkmvcfw6ts1qmgzya291cc'],
    ['upper case', 'we_01JF2WKMVCFW6TS1QMGZYA291C'],
    ['a letter that base32 leaves out', 'we_01jf2wkmvcfw6ts1qmgzya291l'],
    ['more than 128 bits', 'we_81jf2wkmvcfw6ts1qmgzya291c'],
    ['a character outside ASCII', 'we_01jf2wkmvcfw6ts1qmgzya29é1'],
    ['no separator', 'we01jf2wkmvcfw6ts1qmgzya291cx'],
    ['nothing', ''],
  ])('refuse %s', (_what, text) => {
    expect(parseId('we', text)).toBeNull();
  });

  it('bound the ids made at a time', () => {
    const at = 1_734_190_158_700;
    expect(uuidTimeMs(firstUuidAt(at))).toBe(at);
    expect(uuidOf('we_01jf2wkmvcfw6ts1qmgzya291c') > firstUuidAt(at)).toBe(true);
    expect(uuidOf('we_01jf2wkmvcfw6ts1qmgzya291c') < firstUuidAt(at + 1)).toBe(true);
  });
});
