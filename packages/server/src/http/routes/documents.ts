import type { Api } from '../api.ts';
import { type ApiDocument, apiPage, problemsPage, styleSheet } from '../reference/index.ts';

const page = { config: { public: true as const }, schema: { hide: true } };

export interface DocumentParts {
  /** Where the built dashboard is. Without it `/` leads to the reference. */
  readonly dashboard?: string;
}

/** The API's description for programs, and for people on pages without scripts. */
export function documentRoutes(app: Api, { dashboard }: DocumentParts): void {
  // Written once: routes cannot change while the server runs.
  let reference: string | null = null;
  let document: string | null = null;

  app.get('/openapi.json', page, async (_request, reply) => {
    document ??= JSON.stringify(app.swagger());
    return reply.header('content-type', 'application/json; charset=utf-8').send(document);
  });

  app.get('/docs/api', page, async (_request, reply) => {
    reference ??= apiPage(app.swagger() as ApiDocument);
    return reply.header('content-type', 'text/html; charset=utf-8').send(reference);
  });

  app.get('/docs/problems', page, async (_request, reply) =>
    reply.header('content-type', 'text/html; charset=utf-8').send(problemsPage()),
  );

  app.get('/docs/style.css', page, async (_request, reply) =>
    reply.header('content-type', 'text/css; charset=utf-8').send(styleSheet),
  );

  const toReference = ['/docs', ...(dashboard === undefined ? ['/'] : [])];
  for (const path of toReference) {
    app.get(path, page, async (_request, reply) => reply.redirect('/docs/api', 302));
  }
}
