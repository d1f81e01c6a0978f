import type { z } from 'zod';
import type { Fault } from '../problems.ts';

/** A path into a JSON value as a JSON Pointer (RFC 6901). */
export function jsonPointer(path: readonly PropertyKey[]): string {
  let pointer = '';
  for (const step of path) pointer += `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`;
  return pointer;
}

const maxFaults = 50;

/** What a schema found wrong with an input: where, what was there, what was expected. */
export function faultsOf(issues: readonly z.core.$ZodIssue[], input: unknown): Fault[] {
  const faults: Fault[] = [];
  for (const issue of issues.slice(0, maxFaults)) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys.slice(0, maxFaults)) {
        faults.push({
          pointer: jsonPointer([...issue.path, key]),
          detail: 'There is no such field here. Correct its name, or leave it out.',
        });
      }
      continue;
    }
    faults.push({ pointer: jsonPointer(issue.path), detail: detailOf(issue, valueAt(input, issue.path)) });
  }
  return faults;
}

function detailOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined) return `Nothing is here; expected ${expectationOf(issue)}.`;
  switch (issue.code) {
    case 'invalid_type':
    case 'invalid_value':
      return `Found ${shown(value)}, expected ${expectationOf(issue)}.`;
    case 'too_big':
      return `Found ${sizeOf(value)}, expected ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${unitOf(issue.origin)}.`;
    case 'too_small':
      if (typeof value === 'string' && issue.minimum === 1) return emptyText(value);
      return `Found ${sizeOf(value)}, expected ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unitOf(issue.origin)}.`;
    default:
      return issue.message;
  }
}

function expectationOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return typeName(issue.expected);
  if (issue.code === 'invalid_value') {
    const values = issue.values.map((option) => JSON.stringify(option));
    return values.length === 1 ? `${values[0]}` : `one of ${values.join(', ')}`;
  }
  // Schemas with a message of their own begin it with what they expected.
  return issue.message.startsWith('Expected ')
    ? issue.message.slice('Expected '.length).replace(/\.$/, '')
    : 'a value';
}

function typeName(expected: string): string {
  switch (expected) {
    case 'string':
      return 'a text';
    case 'number':
      return 'a number';
    case 'int':
      return 'a whole number';
    case 'boolean':
      return 'true or false';
    case 'array':
      return 'a list';
    case 'object':
      return 'an object';
    default:
      return expected;
  }
}

/** A value as a message may quote it: short, and an object or a list only by its kind. */
function shown(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  return String(value);
}

function sizeOf(value: unknown): string {
  if (typeof value === 'string') return `${value.length} characters`;
  if (Array.isArray(value)) return `${value.length} entries`;
  return shown(value);
}

/** Of a text that has to say something; spaces at its ends do not count. */
function emptyText(text: string): string {
  return `Found ${text === '' ? 'nothing' : 'only spaces'}, expected at least 1 character.`;
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? ' entries' : '';
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}
