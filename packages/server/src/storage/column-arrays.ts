import { type Uuid, writeUuidOf } from '../ids.ts';

/**
 * Columns of many rows as PostgreSQL array parameters in the binary format (`array_send` in the server's
 * utils/adt/arrayfuncs.c): the driver passes a Buffer on as it is, so a batch costs one pass here and no parsing of
 * array literals there. For `unnest($1::uuid[], $2::text[], …)`; the cast in the statement must name the element type,
 * since the server refuses another one.
 *
 * Layout, big-endian: dimensions (int32), has nulls (int32), element type (oid), then for the one dimension its length
 * and lower bound (int32 each), then every element as length (int32, −1 for null) and bytes.
 *
 * A value that its column cannot hold is our bug and throws a RangeError naming its place.
 */

type Column<T> = readonly (T | null)[];

// Element types: pg_type.dat of the server.
const boolOid = 16;
const byteaOid = 17;
const int8Oid = 20;
const int2Oid = 21;
const int4Oid = 23;
const textOid = 25;
const float4Oid = 700;
const timestamptzOid = 1184;
const uuidOid = 2950;

const headBytes = 20;
/** PostgreSQL counts time from 2000-01-01, in microseconds. */
const postgresEpochMs = 946_684_800_000;

export function uuidArray(values: Column<Uuid>): Buffer {
  return fixedWidth(values, uuidOid, 16, writeUuid);
}

/** A uuid[] from TypeIDs, without the detour over their UUIDs as text. */
export function idArray(values: Column<string>): Buffer {
  return fixedWidth(values, uuidOid, 16, writeId);
}

function writeId(buffer: Buffer, offset: number, id: string): void {
  writeUuidOf(id, buffer, offset);
}

export function boolArray(values: Column<boolean>): Buffer {
  return fixedWidth(values, boolOid, 1, (buffer, offset, value) => {
    buffer[offset] = value ? 1 : 0;
  });
}

export function int2Array(values: Column<number>): Buffer {
  return fixedWidth(values, int2Oid, 2, (buffer, offset, value) => {
    buffer.writeInt16BE(whole(value), offset);
  });
}

export function int4Array(values: Column<number>): Buffer {
  return fixedWidth(values, int4Oid, 4, (buffer, offset, value) => {
    buffer.writeInt32BE(whole(value), offset);
  });
}

export function int8Array(values: Column<number | bigint>): Buffer {
  return fixedWidth(values, int8Oid, 8, writeInt8);
}

/** Rounded to single precision, about seven digits. */
export function float4Array(values: Column<number>): Buffer {
  return fixedWidth(values, float4Oid, 4, (buffer, offset, value) => {
    buffer.writeFloatBE(value, offset);
  });
}

/** From a Date or milliseconds since 1970. */
export function timestamptzArray(values: Column<Date | number>): Buffer {
  return fixedWidth(values, timestamptzOid, 8, (buffer, offset, value) => {
    const ms = typeof value === 'number' ? value : value.getTime();
    if (Number.isNaN(ms)) throw new RangeError('an invalid date');
    const micros = Math.round((ms - postgresEpochMs) * 1000);
    // Past the year 2285 microseconds outgrow a double's whole numbers; milliseconds do not.
    writeInt8(
      buffer,
      offset,
      Number.isSafeInteger(micros) ? micros : BigInt(Math.round(ms - postgresEpochMs)) * 1000n,
    );
  });
}

/** In UTF-8; a lone surrogate becomes U+FFFD. The server refuses the whole parameter if one string holds U+0000. */
export function textArray(values: Column<string>): Buffer {
  let bytes = headBytes + 4 * values.length;
  let nulls = false;
  for (const value of values) {
    if (value === null) nulls = true;
    // A UTF-16 unit takes at most three bytes; measuring long strings twice costs more than the room does.
    else bytes += value.length <= guessedLength ? value.length * 3 : Buffer.byteLength(value);
  }
  const buffer = Buffer.allocUnsafe(bytes);
  let offset = writeHead(buffer, textOid, values.length, nulls);
  for (const value of values) {
    if (value === null) {
      offset = buffer.writeInt32BE(-1, offset);
      continue;
    }
    const written = buffer.write(value, offset + 4);
    buffer.writeInt32BE(written, offset);
    offset += 4 + written;
  }
  return finished(buffer, offset, values.length);
}

export function byteaArray(values: Column<Uint8Array>): Buffer {
  let bytes = headBytes + 4 * values.length;
  let nulls = false;
  for (const value of values) {
    if (value === null) nulls = true;
    else bytes += value.byteLength;
  }
  const buffer = Buffer.allocUnsafe(bytes);
  let offset = writeHead(buffer, byteaOid, values.length, nulls);
  for (const value of values) {
    offset = buffer.writeInt32BE(value === null ? -1 : value.byteLength, offset);
    if (value !== null) {
      buffer.set(value, offset);
      offset += value.byteLength;
    }
  }
  return finished(buffer, offset, values.length);
}

function fixedWidth<T>(
  values: Column<T>,
  oid: number,
  width: number,
  write: (buffer: Buffer, offset: number, value: T) => void,
): Buffer {
  const buffer = Buffer.allocUnsafe(headBytes + (4 + width) * values.length);
  let offset = headBytes;
  let nulls = false;
  let index = 0;
  try {
    for (const value of values) {
      if (value === null) {
        nulls = true;
        offset = buffer.writeInt32BE(-1, offset);
      } else {
        offset = buffer.writeInt32BE(width, offset);
        write(buffer, offset, value);
        offset += width;
      }
      index += 1;
    }
  } catch (error) {
    throw new RangeError(`Element ${index} of ${values.length} does not fit its column`, { cause: error });
  }
  writeHead(buffer, oid, values.length, nulls);
  return finished(buffer, offset, values.length);
}

function writeHead(buffer: Buffer, oid: number, length: number, nulls: boolean): number {
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(nulls ? 1 : 0, 4);
  buffer.writeInt32BE(oid, 8);
  buffer.writeInt32BE(length, 12);
  return buffer.writeInt32BE(1, 16);
}

function finished(buffer: Buffer, end: number, length: number): Buffer {
  if (length > 0) return buffer.subarray(0, end);
  // No elements: no dimensions either.
  buffer.writeInt32BE(0, 0);
  return buffer.subarray(0, 12);
}

function whole(value: number): number {
  if (!Number.isInteger(value)) throw new RangeError(`${value} is not a whole number`);
  return value;
}

function writeInt8(buffer: Buffer, offset: number, value: number | bigint): void {
  if (typeof value === 'bigint') {
    buffer.writeBigInt64BE(value, offset);
    return;
  }
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a whole number below 2^53`);
  // Without a detour through BigInt, which allocates.
  const high = Math.floor(value / 0x1_0000_0000);
  buffer.writeInt32BE(high, offset);
  buffer.writeUInt32BE(value - high * 0x1_0000_0000, offset + 4);
}

/** Strings up to this many UTF-16 units get three bytes each instead of being measured. */
const guessedLength = 64;

/** The value of a hexadecimal digit by its character code; 255 for every other character. */
const hexDigits = new Uint8Array(128).fill(255);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  hexDigits[digit.charCodeAt(0)] = value;
  hexDigits[digit.toUpperCase().charCodeAt(0)] = value;
}

/** Where in the text each byte's two digits begin: past the dashes. */
const uuidPairs = new Uint8Array([0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34]);

function writeUuid(buffer: Buffer, offset: number, uuid: Uuid): void {
  let faults = uuid.length === 36 ? 0 : 255;
  for (let index = 0; index < 16; index += 1) {
    const at = uuidPairs[index] ?? 0;
    const high = hexDigits[uuid.charCodeAt(at)] ?? 255;
    const low = hexDigits[uuid.charCodeAt(at + 1)] ?? 255;
    faults |= high | low;
    buffer[offset + index] = (high << 4) | low;
  }
  // A digit is at most 15: anything above means that some character was none.
  if (faults > 15) throw new RangeError(`"${uuid}" is not a UUID`);
}
