import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Api, pathOf } from './api.ts';

const open = { config: { public: true as const }, schema: { hide: true } };

/** Beside the page, under names that do not change with their content. */
const namedFiles = ['color-scheme.js', 'fanfare.svg', 'licenses.md'];

/** The names of what is under /assets change with its content, so it may be kept for as long as browsers like. */
const keptForMs = 365 * 86_400_000;

/** As the build names them: no folder, and nothing that begins with a dot. */
const assetName = /^\w[\w.-]*$/;

/** Where these begin there are no pages, whatever a browser says that it accepts. */
const noPages = /^\/(v1|inbox|docs|assets)(\/|$)/;

/**
 * The dashboard's files, and its page under every address that nothing else has: which page that is, the dashboard
 * decides in the browser.
 *
 * Scripts come from Fanfare's own files alone, so that nothing a stranger sent can ever run. The component library adds
 * style sheets as it goes; those count that bear the word which the page was given for this one time (CSP 3, nonce).
 */
export function serveDashboard(app: Api, directory: string): void {
  const [beforeNonce, afterNonce] = split(readFileSync(join(directory, 'index.html'), 'utf8'));

  const assets = join(directory, 'assets');

  app.register(fastifyStatic, { root: directory, serve: false, preCompressed: true });
  app.get<{ Params: { file: string } }>('/assets/:file', open, (request, reply) => {
    const { file } = request.params;
    return assetName.test(file)
      ? reply.sendFile(file, assets, { maxAge: keptForMs, immutable: true })
      : reply.callNotFound();
  });
  for (const file of namedFiles) {
    app.get(`/${file}`, open, (_request, reply) => reply.sendFile(file, { maxAge: 0 }));
  }

  const showPage = (_request: FastifyRequest, reply: FastifyReply) => {
    const nonce = randomBytes(16).toString('base64');
    return reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('content-security-policy', policy(nonce))
      .header('cross-origin-opener-policy', 'same-origin')
      .send(beforeNonce + nonce + afterNonce);
  };
  app.get('/', open, showPage);
  app.get(everythingElse, open, (request, reply) =>
    isForPeople(request) ? showPage(request, reply) : reply.callNotFound(),
  );
}

/** Not counted among the paths there are: whatever asks for none of them gets 404. */
export const everythingElse = '/*';

function isForPeople(request: FastifyRequest): boolean {
  return (request.headers.accept ?? '').includes('text/html') && !noPages.test(pathOf(request));
}

function policy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The page before and after the place where the nonce goes. */
function split(page: string): readonly [before: string, after: string] {
  const [before, after] = page.split(/(?<=<meta name="style-nonce" content=")(?=")/);
  if (before === undefined || after === undefined) {
    throw new Error("The dashboard's index.html has no place for the nonce of its styles");
  }
  return [before, after];
}
