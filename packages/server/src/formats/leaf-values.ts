import type { Method, RenderedRequest } from './format.ts';

/**
 * The leaves of a payload as names with full stops: `{player: {tags: ['a']}}` gives `player.tags.0=a`.
 * A null leaf keeps its name with an empty value, so that the set of names does not change with the
 * data; what is left out of the payload is left out here.
 */
export function leafValues(payload: object): URLSearchParams {
  const leaves = new URLSearchParams();
  collect(payload, '', leaves);
  return leaves;
}

function collect(value: unknown, name: string, leaves: URLSearchParams): void {
  if (value === undefined) return;
  if (typeof value !== 'object' || value === null) {
    leaves.append(name, value === null ? '' : String(value));
    return;
  }
  const prefix = name === '' ? '' : `${name}.`;
  if (Array.isArray(value)) {
    value.forEach((item, index) => {
      collect(item, `${prefix}${index}`, leaves);
    });
    return;
  }
  for (const [key, inner] of Object.entries(value)) collect(inner, prefix + key, leaves);
}

/** A request without a body: the payload's leaves follow whatever query the URL has of its own. */
export function queryRequest(method: Method, url: string, payload: object): RenderedRequest {
  const [address = '', fragment] = splitOnce(url, '#');
  const [, own] = splitOnce(address, '?');
  const separator = own === undefined ? '?' : own === '' || own.endsWith('&') ? '' : '&';
  // A plus means a space only in forms; in a query every parser understands %20.
  const query = leafValues(payload).toString().replaceAll('+', '%20');
  return {
    method,
    url: `${address}${separator}${query}${fragment === undefined ? '' : `#${fragment}`}`,
    headers: {},
    body: null,
  };
}

function splitOnce(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
