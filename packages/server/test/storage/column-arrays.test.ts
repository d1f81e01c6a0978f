import { createTestDatabase, type TestDatabase } from '@fanfare/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  boolArray,
  byteaArray,
  float4Array,
  int2Array,
  int4Array,
  int8Array,
  textArray,
  timestamptzArray,
  uuidArray,
} from '../../src/storage/column-arrays.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

/** Sends the array to the server as the type and reads back what it understood, element by element. */
async function roundTrip(type: string, parameter: Buffer): Promise<unknown[]> {
  const { rows } = await test.database.pool.query<{ value: unknown }>(
    `select value from unnest($1::${type}[]) with ordinality as u (value, place) order by place`,
    [parameter],
  );
  return rows.map((row) => row.value);
}

describe('column arrays', () => {
  const cases = {
    uuid: () => roundTrip('uuid', uuidArray([])),
    text: () => roundTrip('text', textArray([])),
    int2: () => roundTrip('int2', int2Array([])),
    int4: () => roundTrip('int4', int4Array([])),
    int8: () => roundTrip('int8', int8Array([])),
    float4: () => roundTrip('float4', float4Array([])),
    bool: () => roundTrip('bool', boolArray([])),
    timestamptz: () => roundTrip('timestamptz', timestamptzArray([])),
    bytea: () => roundTrip('bytea', byteaArray([])),
  };
  it.each(
    Object.entries(cases),
  )('reach PostgreSQL as an empty %s[] when they have no elements', async (_, send) => {
    expect(await send()).toEqual([]);
  });

  it('carry nulls of every type', async () => {
    expect(await roundTrip('uuid', uuidArray([null]))).toEqual([null]);
    expect(await roundTrip('text', textArray([null, '']))).toEqual([null, '']);
    expect(await roundTrip('int2', int2Array([null, 1]))).toEqual([null, 1]);
    expect(await roundTrip('int4', int4Array([1, null]))).toEqual([1, null]);
    expect(await roundTrip('int8', int8Array([null, null]))).toEqual([null, null]);
    expect(await roundTrip('float4', float4Array([null, 0.5]))).toEqual([null, 0.5]);
    expect(await roundTrip('bool', boolArray([true, null, false]))).toEqual([true, null, false]);
    expect(await roundTrip('timestamptz', timestamptzArray([null]))).toEqual([null]);
    expect(await roundTrip('bytea', byteaArray([null, new Uint8Array()]))).toEqual([null, Buffer.alloc(0)]);
  });

  it('carry the ends of the integer types', async () => {
    expect(await roundTrip('int2', int2Array([-32768, 32767]))).toEqual([-32768, 32767]);
    expect(await roundTrip('int4', int4Array([-2147483648, 2147483647]))).toEqual([-2147483648, 2147483647]);
    expect(await roundTrip('int8', int8Array([-(2n ** 63n), 2n ** 63n - 1n]))).toEqual([
      '-9223372036854775808',
      '9223372036854775807',
    ]);
    expect(
      await roundTrip('int8', int8Array([Number.MIN_SAFE_INTEGER, -1, Number.MAX_SAFE_INTEGER])),
    ).toEqual(['-9007199254740991', '-1', '9007199254740991']);
  });

  it('write a lone surrogate as the replacement character', async () => {
    expect(await roundTrip('text', textArray(['a\ud800b']))).toEqual(['a\ufffdb']);
  });

  it('carry any text, byte for byte', async () => {
    const text = fc
      .string({ unit: 'binary', maxLength: 200 })
      .map((value) => Buffer.from(value.replaceAll('\0', '')).toString());
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(text), { maxLength: 20 }), async (values) => {
        expect(await roundTrip('text', textArray(values))).toEqual(values);
      }),
      { numRuns: 100 },
    );
  });

  it('carry any UUID, in either case of its digits', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(fc.uuid()), { maxLength: 20 }), async (values) => {
        expect(
          await roundTrip('uuid', uuidArray(values.map((value) => value?.toUpperCase() ?? null))),
        ).toEqual(values);
      }),
      { numRuns: 50 },
    );
  });

  it('carry any number that its type holds, and any bytes', async () => {
    const row = fc.record({
      int8: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      whole: fc.option(fc.maxSafeInteger()),
      float4: fc.option(fc.float({ noNaN: true, noDefaultInfinity: true })),
      bytes: fc.option(fc.uint8Array({ maxLength: 300 })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 20 }), async (rows) => {
        const text = (value: bigint | number | null) => value?.toString() ?? null;
        expect(await roundTrip('int8', int8Array(rows.map((r) => r.int8)))).toEqual(
          rows.map((r) => text(r.int8)),
        );
        expect(await roundTrip('int8', int8Array(rows.map((r) => r.whole)))).toEqual(
          rows.map((r) => text(r.whole)),
        );
        const floats = await roundTrip('float4', float4Array(rows.map((r) => r.float4)));
        expect(floats.map((f) => (typeof f === 'number' ? Math.fround(f) : f))).toEqual(
          rows.map((r) => r.float4),
        );
        expect(await roundTrip('bytea', byteaArray(rows.map((r) => r.bytes)))).toEqual(
          rows.map((r) => (r.bytes === null ? null : Buffer.from(r.bytes))),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('carry any date to the millisecond, also where microseconds outgrow a double', async () => {
    const date = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(date), { maxLength: 20 }), async (values) => {
        expect(await roundTrip('timestamptz', timestamptzArray(values))).toEqual(values);
        expect(
          await roundTrip('timestamptz', timestamptzArray(values.map((v) => v?.getTime() ?? null))),
        ).toEqual(values);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['a UUID with a wrong digit', () => uuidArray(['0198c0de-0000-7000-8000-00000000000g'])],
    ['a UUID that is too short', () => uuidArray(['0198c0de-0000-7000-8000-00000000000'])],
    ['a UUID with a character beyond ASCII', () => uuidArray(['0198c0de-0000-7000-8000-0000000000é0'])],
    ['a fraction among integers', () => int4Array([1.5])],
    ['an integer past its type', () => int2Array([32768])],
    ['a whole number past 2^53', () => int8Array([2 ** 53])],
    ['an invalid date', () => timestamptzArray([new Date(Number.NaN)])],
  ])('refuse %s', (_, encode) => {
    expect(encode).toThrow(RangeError);
  });

  it('are refused by PostgreSQL where the statement names another element type', async () => {
    await expect(roundTrip('int8', int4Array([1]))).rejects.toThrow(
      'binary data has array element type 23 (integer)',
    );
  });
});
