import type { Method, RenderedRequest } from './format.ts';

const jsonHeaders = { 'content-type': 'application/json' } as const;

/** A request whose body is this payload as JSON, keys in the order in which they stand. */
export function jsonRequest(method: Method, url: string, payload: object): RenderedRequest {
  return { method, url, headers: jsonHeaders, body: JSON.stringify(payload) };
}
