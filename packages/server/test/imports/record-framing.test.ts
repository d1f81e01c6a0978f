import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headerFrom, participantLayout, readHeader } from '../../src/imports/header.ts';
import { mostRecordBytes, type RecordChunk, RecordFraming } from '../../src/imports/record-framing.ts';
import { readRecords, said } from '../../src/imports/records.ts';

const header = headerFrom(',', ['external_id', 'first_name', 'field:note'], participantLayout);

function framed(file: Buffer, pieceBytes: readonly number[], mostRecords = 100) {
  const framing = new RecordFraming({ delimiter: ',', mostRecords }, 1);
  const chunks: RecordChunk[] = [];
  let at = 0;
  for (let n = 0; at < file.length; n++) {
    const size = pieceBytes[n % pieceBytes.length] ?? 1;
    chunks.push(...framing.push(file.subarray(at, at + size)));
    at += size;
  }
  const last = framing.end();
  if (last !== null) chunks.push(last);
  return { chunks, records: framing.records };
}

const quoted = (cell: string) =>
  /[",\r\n]/.test(cell) || cell === '' ? `"${cell.replaceAll('"', '""')}"` : cell;
const cell = fc.string({ unit: fc.constantFrom('a', 'ö', '"', ',', '\n', ' ', '𝄞'), maxLength: 6 });
const pieces = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

describe('framing', () => {
  it('gives back every record and its line, however the file is cut into pieces and chunks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell, cell), { maxLength: 12 }),
        pieces,
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom('\n', '\r\n'),
        (rows, pieceBytes, mostRecords, lineEnd) => {
          let text = '';
          const expected: { line: number; cells: readonly string[] }[] = [];
          for (const cells of rows) {
            expected.push({ line: text.split('\n').length, cells });
            text += `${cells.map(quoted).join(',')}${lineEnd}`;
          }
          const { chunks, records } = framed(Buffer.from(text), pieceBytes, mostRecords);
          expect(records).toBe(rows.length);
          const read = chunks.map((chunk) => readRecords(chunk, header));
          expect(read.flatMap((one) => one.records)).toEqual(expected);
          expect(read.flatMap((one) => one.refusals)).toEqual([]);
        },
      ),
    );
  });

  it('never fails on bytes that are text, and tells of every line that is not empty', () => {
    const noise = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', '\0', 'ö'), maxLength: 60 });
    fc.assert(
      fc.property(noise, pieces, (text, pieceBytes) => {
        const { chunks, records } = framed(Buffer.from(text), pieceBytes, 2);
        const read = chunks.map((chunk) => readRecords(chunk, header));
        const told = read.flatMap((one) => [...one.records, ...one.refusals]);
        expect(told.length).toBeLessThanOrEqual(records);
        expect(new Set(told.map(({ line }) => line)).size).toBe(told.length);
      }),
      { numRuns: 1_000, examples: [['\r"\na', [1]]] },
    );
  });

  it('takes a record of the largest size and leaves out one that is a byte longer', () => {
    const record = (bytes: number) => `a,b,${'x'.repeat(bytes - 5)}\n`;
    const { chunks } = framed(
      Buffer.from(record(mostRecordBytes + 1) + record(mostRecordBytes + 2) + record(9)),
      [1_000],
    );
    const read = chunks.map((chunk) => readRecords(chunk, header));
    expect(read.flatMap(({ records }) => records.map(({ line }) => line))).toEqual([1, 3]);
    expect(read.flatMap(({ refusals }) => refusals.map(({ line }) => line))).toEqual([2]);
  });

  it('holds no more than a chunk of a line that does not end', () => {
    const framing = new RecordFraming({ delimiter: ',', mostRecords: 10 }, 1);
    const piece = Buffer.alloc(1024 * 1024, 'x');
    const told = Array.from({ length: 50 }, () => framing.push(piece)).flat();
    expect(told).toHaveLength(1);
    expect(told[0]?.content).toHaveLength(0);
    expect(told[0]?.overlong).toMatchObject([{ line: 1, lastLine: 1, quoted: false }]);
    expect(framing.end()).toBeNull();
  });

  it('of a file whose last quote is open tells of its record', () => {
    const { chunks } = framed(Buffer.from('a,b,c\nd,"e\nf,g,h\n'), [100]);
    const [read] = chunks.map((chunk) => readRecords(chunk, header));
    expect(read?.records.map(({ line }) => line)).toEqual([1]);
    expect(read?.refusals).toMatchObject([{ line: 2, field: null }]);
  });
});

describe('a first line', () => {
  it.each([
    ['external_id,first_name', ','],
    ['external_id;"a,b,c,d";first_name', ';'],
    ['external_id\tfirst_name', '\t'],
    ['external_id', ','],
  ])('%j is separated by %j', (line, delimiter) => {
    const withField = line.replace('"a,b,c,d"', '"field:a,b,c,d"');
    expect(readHeader(withField, participantLayout).delimiter).toBe(delimiter);
  });

  it('may have 250 columns and no more', () => {
    const fields = (count: number) =>
      ['external_id', ...Array.from({ length: count }, (_, n) => `account:p${n}`)].join();
    expect(readHeader(fields(249), participantLayout).columns).toHaveLength(250);
    expect(() => readHeader(fields(250), participantLayout)).toThrow('It has 251 columns');
  });
});

it('what exports put before formulas is taken away again, and nothing else', () => {
  expect(["'=1+1", "'+49", "'twas", ' a ', "'", '  '].map(said)).toEqual([
    '=1+1',
    '+49',
    "'twas",
    'a',
    "'",
    null,
  ]);
});
