import { afterAll, beforeAll, expect, it } from 'vitest';
import { openApiDocument } from '../../src/http/index.ts';
import { ApiHarness } from './harness.ts';
import { PersonBrowser } from './person.ts';

// Every operation that changes something, as another page could make the browser of somebody send it (CSRF).

const safe = ['get', 'head'];
const document = (await openApiDocument()) as {
  paths: Record<string, Record<string, { operationId: string; security?: readonly object[] }>>;
};
const operations = Object.entries(document.paths)
  .filter(([path]) => path.startsWith('/v1/'))
  .flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => !safe.includes(method))
      .map(([method, { operationId, security }]) => ({
        operationId,
        method: method.toUpperCase(),
        path: path.replaceAll(/\{\w+\}/g, 'anything'),
        isPublic: security === undefined,
      })),
  );
const others = [
  'https://evil.example.com',
  'https://hooks.example.com.evil.example.com',
  'https://hooks.example.com:8443',
  'http://hooks.example.com',
  'null',
];

let api: ApiHarness;
let cookie: string;
beforeAll(async () => {
  api = await ApiHarness.open();
  ({ cookie } = await PersonBrowser.owner(api));
});
afterAll(() => api.close());

it('nothing that changes something is carried out for a page of another origin', async () => {
  expect(operations.length).toBeGreaterThan(70);
  for (const { operationId, method, path } of operations) {
    for (const origin of others) {
      const answer = await api.call(method, path, { token: null, headers: { cookie, origin } });
      expect([answer.status, answer.body], `${operationId} from ${origin}`).toEqual([
        403,
        expect.objectContaining({ detail: expect.stringContaining('expected https://hooks.example.com') }),
      ]);
    }
  }
});

it('nor, with a session, for a request that does not say where it comes from', async () => {
  for (const { operationId, method, path } of operations.filter(({ isPublic }) => !isPublic)) {
    const answer = await api.call(method, path, { token: null, headers: { cookie } });
    expect([answer.status, answer.body], operationId).toEqual([
      403,
      expect.objectContaining({ detail: expect.stringContaining('needs the header Origin') }),
    ]);
  }
});

it('a page of our own is let through, so the refusals above are about the origin', async () => {
  for (const { operationId, method, path } of operations) {
    // Signing out would end the session that the next one needs.
    if (operationId === 'deleteSession') continue;
    const headers = { cookie, origin: 'https://hooks.example.com' };
    const answer = await api.call(method, path, { token: null, headers });
    expect(answer.status, `${operationId}: ${answer.text}`).not.toBe(403);
  }
});
