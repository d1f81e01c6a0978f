import { isUtf8 } from 'node:buffer';
import { jsonPointer } from '../catalog/index.ts';
import { type Fault, Problem } from '../problems.ts';
import { jsonTokens, whereJsonBreaks } from './json-tokens.ts';

/** Deeper than any payload of ours, far from where recursive code downstream would run out of stack. */
export const maxJsonDepth = 64;
/** Where parsing itself begins to take long: `JSON.parse` needs seconds for millions of levels. */
const maxParsedDepth = 20_000;
const maxFaults = 20;

export interface JsonBody {
  readonly value: unknown;
  /** What is wrong although it is JSON, so that a batch can refuse the one item it is in. */
  readonly faults: readonly Fault[];
}

/**
 * Reads a JSON body. Stricter than `JSON.parse`, because what JSON leaves open is where two programs read one text
 * differently: refused are invalid UTF-8, repeated names, `__proto__` as a name, NUL and lone surrogates in strings
 * (PostgreSQL and UTF-8 cannot hold them), numbers beyond a double, and nesting deeper than 64.
 *
 * Throws `malformed_json` for what is not JSON at all, and `invalid_request` for what is nested so deeply that
 * finding that out would take long.
 */
export function parseJsonBody(bytes: Buffer): JsonBody {
  if (!isUtf8(bytes)) {
    throw new Problem(
      'malformed_json',
      'The body holds bytes that are not UTF-8. Send JSON encoded as UTF-8.',
    );
  }
  if (bytes.length > maxParsedDepth && opensDeeperThan(bytes, maxParsedDepth)) {
    throw new Problem(
      'invalid_request',
      `The body is nested deeper than ${maxParsedDepth.toLocaleString('en-US')} levels; at most ${maxJsonDepth} are accepted. Flatten it.`,
    );
  }
  const text = bytes.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Problem('malformed_json', `The body is not JSON: ${whereItBreaks(text)}`);
  }
  const { names, depth, escapes } = survey(bytes);
  // The cheap comparison keeps the careful walk off the path of well-formed bodies.
  if (depth <= maxJsonDepth && countNames(value, escapes) === names) return { value, faults: [] };
  const faults: Fault[] = [];
  inspect(value, '', 0, faults);
  if (faults.length === 0) faults.push(repeatedName(text));
  return { value, faults };
}

function whereItBreaks(text: string): string {
  if (text.trim() === '') return 'it is empty. Send a JSON value.';
  const position = whereJsonBreaks(text);
  const before = text.slice(0, position).split('\n');
  const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  return position >= text.length
    ? `it ends too early, at ${place}. Close what is open.`
    : `unexpected ${JSON.stringify(text.slice(position, position + 1))} at ${place}.`;
}

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const letterU = 0x75;

/** Whether this many brackets stand open at once, in what may be JSON. */
function opensDeeperThan(bytes: Buffer, levels: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (inString) {
      if (byte === backslash) at += 1;
      else if (byte === quote) inString = false;
    } else if (byte === quote) {
      inString = true;
    } else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > levels) return true;
    } else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1;
    }
  }
  return false;
}

/** One pass over the bytes of valid JSON: how many names, how deep, and whether any `\u` escape occurs. */
function survey(bytes: Buffer): { names: number; depth: number; escapes: boolean } {
  let names = 0;
  let depth = 0;
  let deepest = 0;
  let escapes = false;
  const end = bytes.length;
  for (let at = 0; at < end; at += 1) {
    const byte = bytes[at];
    if (byte === quote) {
      for (at += 1; bytes[at] !== quote; at += 1) {
        if (bytes[at] === backslash) {
          at += 1;
          if (bytes[at] === letterU) escapes = true;
        }
      }
    } else if (byte === colon) {
      names += 1;
    } else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1;
    }
  }
  return { names, depth: deepest, escapes };
}

/** How many names the parsed value has; NaN when it holds something to refuse. */
function countNames(value: unknown, escapes: boolean): number {
  if (typeof value === 'string') return escapes && isUnstorable(value) ? Number.NaN : 0;
  if (typeof value === 'number') return Number.isFinite(value) ? 0 : Number.NaN;
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += countNames(item, escapes);
    return count;
  }
  const record = value as Record<string, unknown>;
  for (const name of Object.keys(record)) {
    if (name === '__proto__' || (escapes && isUnstorable(name))) return Number.NaN;
    count += 1 + countNames(record[name], escapes);
  }
  return count;
}

// Without a `u` flag a surrogate class would match halves of pairs; with it only lone ones are left.
const loneSurrogate = /\p{Surrogate}/u;

function isUnstorable(text: string): boolean {
  return text.includes('\0') || loneSurrogate.test(text);
}

function inspect(value: unknown, pointer: string, depth: number, faults: Fault[]): void {
  if (faults.length >= maxFaults) return;
  if (typeof value === 'string') {
    const detail = unstorableDetail(value, 'this string');
    if (detail !== null) faults.push({ pointer, detail });
  } else if (typeof value === 'number' && !Number.isFinite(value)) {
    faults.push({
      pointer,
      detail: 'This number is beyond what a double can hold (about 1.8e308). Send it as a string.',
    });
  } else if (typeof value === 'object' && value !== null) {
    if (depth === maxJsonDepth) {
      faults.push({ pointer, detail: `Nested deeper than ${maxJsonDepth} levels. Flatten it.` });
      return;
    }
    if (Array.isArray(value)) {
      value.forEach((item, index) => {
        inspect(item, `${pointer}/${index}`, depth + 1, faults);
      });
      return;
    }
    for (const [name, member] of Object.entries(value)) {
      if (name === '__proto__') {
        faults.push({
          pointer: `${pointer}/__proto__`,
          detail: 'The name __proto__ is not accepted: it changes objects in many programs. Rename it.',
        });
      } else if (isUnstorable(name)) {
        faults.push({ pointer, detail: unstorableDetail(name, 'a name in this object') ?? '' });
      } else {
        inspect(member, pointer + jsonPointer([name]), depth + 1, faults);
      }
    }
  }
}

function unstorableDetail(text: string, what: string): string | null {
  const capital = what.charAt(0).toUpperCase() + what.slice(1);
  if (text.includes('\0'))
    return `${capital} holds a NUL character (\\u0000), which cannot be stored. Remove it.`;
  if (loneSurrogate.test(text)) {
    return `${capital} holds half of a surrogate pair, which is not a character. Send the whole character.`;
  }
  return null;
}

/** Finds the first name that stands twice in one object of this valid JSON text. */
function repeatedName(text: string): Fault {
  interface Open {
    readonly pointer: string;
    /** Null in an array. */
    readonly names: Set<string> | null;
    name: string;
    index: number;
  }
  const open: Open[] = [];
  let last = '';
  for (const { kind, start, end } of jsonTokens(text)) {
    const top = open.at(-1);
    switch (kind) {
      case '{':
      case '[':
        open.push({
          pointer:
            top === undefined ? '' : top.pointer + jsonPointer([top.names === null ? top.index : top.name]),
          names: kind === '{' ? new Set() : null,
          name: '',
          index: 0,
        });
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case ',':
        if (top !== undefined) top.index += 1;
        break;
      case ':': {
        const name: unknown = JSON.parse(last);
        if (top?.names && typeof name === 'string') {
          if (top.names.has(name)) return { pointer: top.pointer + jsonPointer([name]), detail: repeated };
          top.names.add(name);
          top.name = name;
        }
        break;
      }
      case 'string':
        last = text.slice(start, end);
        break;
      case 'word':
        break;
    }
  }
  return { pointer: '', detail: repeated };
}

const repeated = 'This name stands twice in one object, so it is unclear which counts. Keep one.';
