import { readFile } from 'node:fs/promises';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isScope, type Permission, permissions } from '../../src/accounts/index.ts';
import { accessTable } from '../../src/http/access-table.ts';
import { openApiDocument } from '../../src/http/index.ts';
import { problemRegistry } from '../../src/problems.ts';
import { ApiHarness } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await ApiHarness.open();
});
afterAll(() => api.close());

type Node = Record<string, unknown>;
interface Document {
  paths: Record<
    string,
    Record<
      string,
      {
        operationId?: string;
        tags?: string[];
        security?: unknown;
        'x-permission'?: Permission | 'member';
        responses: Node;
      }
    >
  >;
  components: { schemas: Record<string, Node> };
}

describe('the OpenAPI document', () => {
  it('in spec/openapi.json is current', async () => {
    const committed = await readFile(new URL('../../../../spec/openapi.json', import.meta.url), 'utf8');
    const current = `${JSON.stringify(await openApiDocument(), null, 2)}\n`;
    expect(committed === current, 'Run: npm run openapi').toBe(true);
  });

  it('is what the server serves', async () => {
    expect((await api.call('GET', '/openapi.json', { token: null })).body).toEqual(await openApiDocument());
  });

  it('satisfies the schema of OpenAPI 3.1', async () => {
    const validator = new Validator();
    const document = JSON.parse(JSON.stringify(await openApiDocument())) as Record<string, unknown>;
    expect(await validator.validate(document)).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
    const [path = ''] = Object.keys(document['paths'] as object);
    const spoilt = { ...document, paths: { [path]: { get: { responses: { '200': {} } } } } };
    expect((await new Validator().validate(spoilt)).valid).toBe(false);
  });

  it('names every route that the server has', async () => {
    const { paths } = (await openApiDocument()) as Document;
    // Pages for people, and the receiver that takes any request.
    const elsewhere = /^\/($|docs|openapi\.json|inbox\/|inbox\b)/;
    const served = [...routesOf(api.app.printRoutes({ commonPrefix: false }))].filter(
      (path) => !elsewhere.test(path),
    );
    expect(served.length).toBeGreaterThan(20);
    expect(Object.keys(paths).sort()).toEqual(served.sort());
  });

  it('gives every operation its own id, a tag, and the problems of everybody', async () => {
    const { paths } = (await openApiDocument()) as Document;
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.values(methods).map((operation) => ({ path, ...operation })),
    );
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).not.toContain(undefined);
    // Nothing is permitted that is not there any more.
    expect(ids).toEqual(expect.arrayContaining(Object.keys(accessTable)));
    for (const { path, tags, security, responses, 'x-permission': permission } of operations) {
      expect(tags, path).toHaveLength(1);
      if (!path.startsWith('/v1/')) continue;
      if (permission === undefined) {
        expect(security, path).toBeUndefined();
        continue;
      }
      expect([...Object.keys(permissions), 'member'], path).toContain(permission);
      const ways =
        permission === 'member'
          ? [{ session: [] }]
          : [...(isScope(permission) ? [{ api_token: [permission] }] : []), { session: [permission] }];
      expect([ways, [...ways, { participant_token: [] }]], path).toContainEqual(security);
      expect(Object.keys(responses), path).toEqual(expect.arrayContaining(['401', '500', '503']));
    }
  });

  it('names every problem code, and its references and schemas hold', async () => {
    const document = (await openApiDocument()) as Document;
    const text = JSON.stringify(document);
    for (const code of Object.keys(problemRegistry)) expect(text).toContain(`"${code}"`);
    const named = new Set(Object.keys(document.components.schemas));
    const referred = new Set(
      [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1] ?? ''),
    );
    expect([...referred].sort()).toEqual([...named].sort());
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: 'https://fanfare.invalid/api', components: document.components });
    for (const name of named) {
      expect(
        () => ajv.compile({ $ref: `https://fanfare.invalid/api#/components/schemas/${name}` }),
        name,
      ).not.toThrow();
    }
  });

  it('describes what the server answers', async () => {
    const document = (await openApiDocument()) as Document;
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: 'https://fanfare.invalid/api', components: document.components });
    const check = (name: string, body: unknown) => {
      const valid = ajv.validate({ $ref: `https://fanfare.invalid/api#/components/schemas/${name}` }, body);
      expect(valid, `${name}: ${ajv.errorsText()}`).toBe(true);
    };
    const event = {
      type: 'trigger.fired',
      participant: { external_id: 'a' },
      data: { trigger: { id: 'x' } },
    };
    check('PublishedEvent', event);
    const published = await api.call('POST', '/v1/events', { body: event });
    check('AcceptedEvent', published.body);
    check('PublishResults', (await api.call('POST', '/v1/events', { body: [event, {}] })).body);
    check('EventDetail', (await api.call('GET', `/v1/events/${(published.body as { id: string }).id}`)).body);
    check('Problem', (await api.call('POST', '/v1/events', { body: {} })).body);
  });
});

describe('the pages for people', () => {
  it('show every operation and load nothing but their style sheet', async () => {
    const { paths } = (await openApiDocument()) as Document;
    const answer = await api.call('GET', '/docs/api', { token: null });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    for (const { operationId } of Object.values(paths).flatMap((methods) => Object.values(methods))) {
      expect(answer.text).toContain(`id="${operationId}"`);
    }
    expect(answer.text).not.toMatch(/<script|\son\w+=|style="|src=/i);
    const named = [...answer.text.matchAll(/href="((?!#)[^"]*)"/g)].map((match) => match[1] ?? '');
    expect(named.filter((href) => href.startsWith('data:image/svg+xml,%3Csvg'))).toHaveLength(1);
    const elsewhere = named.filter((href) => !href.startsWith('data:'));
    const [links, codes] = [
      elsewhere.filter((href) => !href.includes('#')),
      new Set(elsewhere.filter((href) => href.includes('#'))),
    ];
    expect(codes).toContain('/docs/problems#not_found');
    for (const href of codes) expect(problemRegistry).toHaveProperty(href.replace('/docs/problems#', ''));
    expect(links.sort()).toEqual([
      '/docs/api',
      '/docs/api',
      '/docs/problems',
      '/docs/style.css',
      '/openapi.json',
    ]);
    expect((await api.call('GET', '/docs/style.css', { token: null })).headers.get('content-type')).toMatch(
      /^text\/css/,
    );
  });

  it('are where somebody arrives who opens the address of the server', async () => {
    for (const path of ['/', '/docs']) {
      const response = await fetch(api.url + path, { redirect: 'manual' });
      expect([response.status, response.headers.get('location')]).toEqual([302, '/docs/api']);
    }
  });

  it('lead to a place for every link within them', async () => {
    for (const path of ['/docs/api', '/docs/problems']) {
      const { text } = await api.call('GET', path, { token: null });
      const ids = new Set([...text.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]));
      for (const [, target] of text.matchAll(/href="#([^"]+)"/g))
        expect(ids, `${path}#${target}`).toContain(target);
    }
  });

  it('explain every problem at the address its type names', async () => {
    const { text } = await api.call('GET', '/docs/problems', { token: null });
    for (const code of Object.keys(problemRegistry)) expect(text).toContain(`id="${code}"`);
  });
});

/** The paths of Fastify's route tree, in the form of OpenAPI. */
function* routesOf(tree: string): Generator<string> {
  const above: string[] = [];
  for (const line of tree.split('\n')) {
    const found = /^([\s│]*)[├└]── (\S+)( \(.*\))?$/u.exec(line);
    if (found === null) continue;
    const depth = (found[1]?.length ?? 0) / 4;
    above.length = depth;
    above.push(found[2] ?? '');
    if (found[3] !== undefined) yield above.join('').replaceAll(/:(\w+)/g, '{$1}');
  }
}
