/** DNS messages, as far as a test needs them (RFC 1035 section 4, RFC 3596 for AAAA). */
export interface Question {
  readonly name: string;
  readonly type: 'A' | 'AAAA' | 'other';
}

const responseCodes = { NXDOMAIN: 3, SERVFAIL: 2, REFUSED: 5 } as const;
export type ResponseCode = keyof typeof responseCodes;

const headerBytes = 12;
const types: Readonly<Record<number, Question['type']>> = { 1: 'A', 28: 'AAAA' };
/** Response, recursion desired and available. */
const responseFlags = 0x8180;
const internet = 1;
/** Points to the name in the question. */
const sameName = 0xc000 | headerBytes;
/** Nobody may keep an answer that is about to change. */
const ttlSeconds = 0;

/** The one question of a query. */
export function questionOf(query: Buffer): Question {
  const labels: string[] = [];
  let at = headerBytes;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: types[query.readUInt16BE(at + 1)] ?? 'other' };
}

export function answerTo(
  query: Buffer,
  { type }: Question,
  answer: readonly string[] | ResponseCode,
): Buffer {
  const refused = typeof answer === 'string';
  const addresses = refused
    ? []
    : answer.filter((address) => type === (address.includes(':') ? 'AAAA' : 'A'));
  const head = Buffer.alloc(headerBytes);
  query.copy(head, 0, 0, 2);
  head.writeUInt16BE(responseFlags | (refused ? responseCodes[answer] : 0), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(addresses.length, 6);
  return Buffer.concat([head, query.subarray(headerBytes, questionEnd(query)), ...addresses.map(record)]);
}

/** Where the question ends: its name, its type and its class. What may follow (EDNS) is not repeated. */
function questionEnd(query: Buffer): number {
  let at = headerBytes;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) at += 1 + length;
  return at + 5;
}

function record(address: string): Buffer {
  const bytes = address.includes(':') ? bytesOfIpv6(address) : Buffer.from(address.split('.').map(Number));
  const head = Buffer.alloc(12);
  head.writeUInt16BE(sameName, 0);
  head.writeUInt16BE(address.includes(':') ? 28 : 1, 2);
  head.writeUInt16BE(internet, 4);
  head.writeUInt32BE(ttlSeconds, 6);
  head.writeUInt16BE(bytes.length, 10);
  return Buffer.concat([head, bytes]);
}

function bytesOfIpv6(address: string): Buffer {
  const [left = '', right] = address.split('::');
  const groups = (part: string | undefined) => (part ? part.split(':') : []);
  const before = groups(left);
  const after = groups(right);
  const missing = Array.from({ length: 8 - before.length - after.length }, () => '0');
  const bytes = Buffer.alloc(16);
  for (const [n, group] of [...before, ...missing, ...after].entries()) {
    bytes.writeUInt16BE(Number.parseInt(group, 16), n * 2);
  }
  return bytes;
}
