import { z } from 'zod';
import { isSafeText, unsafeTextDetail } from './text.ts';

/** JSON whose shape the organization chooses. */
type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

const maxDepth = 16;
const maxValues = 5_000;
const maxKeyLength = 128;
const maxTextLength = 10_000;

/**
 * Names that mean something to JavaScript's objects. A receiver that copies such a key into an object of
 * its own changes that object's prototype, so they are refused at the door.
 */
const dangerousKeys = new Set(['__proto__', 'constructor', 'prototype']);

export interface FreeFormFault {
  readonly path: readonly (string | number)[];
  readonly detail: string;
}

/**
 * The first thing wrong with a JSON value of free form, or null: at most 16 levels deep and 5,000 values,
 * safe keys and text, finite numbers. Values are what JSON.parse gives.
 */
export function freeFormFault(value: unknown, levels = maxDepth): FreeFormFault | null {
  const path: (string | number)[] = [];
  let count = 0;

  function inspect(here: unknown, depth: number): string | null {
    count += 1;
    if (count > maxValues) return `Found more than ${maxValues} values in all. Send less, or send a link.`;
    if (here === null || typeof here === 'boolean') return null;
    if (typeof here === 'string') {
      if (here.length > maxTextLength) {
        return `Found a text of ${here.length} characters, expected at most ${maxTextLength}. Shorten it.`;
      }
      return isSafeText(here) ? null : unsafeTextDetail;
    }
    if (typeof here === 'number') {
      return Number.isFinite(here) ? null : 'Found a number too large for a double. Send it as a string.';
    }
    if (typeof here !== 'object') return `Found ${typeof here}, expected a JSON value.`;
    if (depth === levels) return `Found more than ${levels} levels of nesting. Flatten it.`;
    if (Array.isArray(here)) {
      for (let index = 0; index < here.length; index += 1) {
        path.push(index);
        const detail = inspect(here[index], depth + 1);
        if (detail !== null) return detail;
        path.pop();
      }
      return null;
    }
    for (const key of Object.keys(here)) {
      path.push(key);
      const detail = keyFault(key) ?? inspect((here as Record<string, unknown>)[key], depth + 1);
      if (detail !== null) return detail;
      path.pop();
    }
    return null;
  }

  const detail = inspect(value, 0);
  return detail === null ? null : { path, detail };
}

function keyFault(key: string): string | null {
  if (dangerousKeys.has(key)) return 'This name is not allowed for a field. Rename it.';
  if (key.length > maxKeyLength) {
    return `Found a field name of ${key.length} characters, expected at most ${maxKeyLength}. Shorten it.`;
  }
  return isSafeText(key) ? null : unsafeTextDetail;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object of free form. The parsed value is the given object itself, not a copy. */
export const freeForm = z
  .custom<JsonObject>(isPlainObject, { error: 'Expected a JSON object.' })
  .check((payload) => {
    const fault = freeFormFault(payload.value);
    if (fault !== null) {
      payload.issues.push({
        code: 'custom',
        message: fault.detail,
        input: payload.value,
        path: [...fault.path],
      });
    }
  })
  .meta({ type: 'object' });

/** At most 100 fields with one plain value each: what an organization or a form knows about a person. */
export const flatFields = z
  .custom<Record<string, string | number | boolean | null>>(isPlainObject, {
    error: 'Expected a JSON object.',
  })
  .check((payload) => {
    const keys = Object.keys(payload.value);
    if (keys.length > 100) {
      const message = `Found ${keys.length} fields, expected at most 100. Send fewer.`;
      payload.issues.push({ code: 'custom', message, input: payload.value });
      return;
    }
    for (const key of keys) {
      const value: unknown = payload.value[key];
      const detail =
        typeof value === 'object' && value !== null
          ? 'Found an object or an array, expected a text, a number, true, false or null.'
          : (keyFault(key) ?? freeFormFault(value)?.detail);
      if (detail !== undefined)
        payload.issues.push({ code: 'custom', message: detail, input: value, path: [key] });
    }
  })
  .meta({ type: 'object', additionalProperties: { type: ['string', 'number', 'boolean', 'null'] } });
