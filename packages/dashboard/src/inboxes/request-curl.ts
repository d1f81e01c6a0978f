import type { InboxRequest } from '@fanfare/client';

/** Written by curl itself, or about this one connection. */
const ownHeaders = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'accept-encoding']);

/** A command that sends the same request again, for a shell. Bodies that are not text come from standard input. */
export function requestCurl(request: InboxRequest, origin: string): string {
  const { method, target, headers, body, body_encoding } = request;
  const binary = body_encoding === 'base64';
  const lines = [
    `curl -sS -X ${quoted(method)} ${quoted(`${origin}${target}`)}`,
    ...headers
      .filter(([name]) => !ownHeaders.has(name.toLowerCase()))
      .map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body === '' ? [] : [`--data-binary ${binary ? '@-' : quoted(body)}`]),
  ];
  const command = lines.join(' \\\n  ');
  return binary && body !== '' ? `printf %s ${quoted(body)} | base64 -d | ${command}` : command;
}

/** Nothing in single quotes means anything to a shell, but a single quote. */
function quoted(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}
