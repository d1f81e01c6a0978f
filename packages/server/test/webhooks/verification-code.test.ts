import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bodylessContent, generateSecret, parseSecret, sign } from '@fanfare/signature/node';
import { afterAll, describe, expect, it } from 'vitest';
import { SecretText } from '../../src/webhooks/index.ts';
import { verificationCode } from '../../src/webhooks/verification-code.ts';

const directory = mkdtempSync(join(tmpdir(), 'verification-code-'));
afterAll(() => rmSync(directory, { recursive: true }));

const secrets: Record<string, string> = {
  'a whsec_ secret': generateSecret('v1'),
  'a whsk_ secret': generateSecret('v1a'),
  "the owner's own words": 'the words we agreed on: grüezi',
};

function codeFor(secret: string) {
  const value = new SecretText(secret);
  return verificationCode({ secrets: [{ value, createdAt: new Date(), expiresAt: null }] }, new Date());
}

interface Sent {
  readonly method: string;
  readonly target: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

function sent(secret: string, body: Buffer, at: number): Sent {
  const key = parseSecret(/^wh(sec|sk)_/.test(secret) ? secret : { raw: secret });
  const target = '/hook?player.id=usr_1';
  const payload = body.length > 0 ? body : bodylessContent('GET', target);
  const decoy = 'v1,AAAA v9,what';
  return {
    method: 'GET',
    target,
    headers: {
      'webhook-id': 'dlv_1',
      'webhook-timestamp': String(at),
      'webhook-signature': `${decoy} ${sign(key, { id: 'dlv_1', timestamp: at, payload })}`,
    },
    body,
  };
}

type Verify = (...parts: readonly unknown[]) => boolean;

async function load(typescript: string): Promise<Verify> {
  const path = join(directory, `verify-${randomUUID()}.ts`);
  writeFileSync(path, typescript);
  const module: { verify: Verify } = await import(/* @vite-ignore */ pathToFileURL(path).href);
  return module.verify;
}

describe.each(Object.entries(secrets))('the TypeScript for %s', (_, secret) => {
  it('takes what was signed and nothing else', async () => {
    const verify = await load(codeFor(secret).typescript);
    const run = ({ method, target, headers, body }: Sent) =>
      secret.startsWith('whsk_')
        ? verify(method, target, headers, body)
        : verify(secret, method, target, headers, body);
    const now = Math.floor(Date.now() / 1000);
    const good = sent(secret, Buffer.from('{"name":"Zoë"}'), now);
    const bodyless = sent(secret, Buffer.alloc(0), now);
    expect(run(good)).toBe(true);
    expect(run(bodyless)).toBe(true);
    expect(run(sent(secret, Buffer.from([0, 255, 254]), now))).toBe(true);
    expect(run({ ...good, body: Buffer.from('{"name":"Zoé"}') })).toBe(false);
    expect(run({ ...bodyless, target: '/hook?player.id=usr_2' })).toBe(false);
    expect(run({ ...good, headers: { ...good.headers, 'webhook-id': 'dlv_2' } })).toBe(false);
    expect(run({ ...good, headers: {} })).toBe(false);
    expect(run(sent(secret, Buffer.from('{}'), now - 400))).toBe(false);
    expect(run({ ...good, headers: { ...good.headers, 'webhook-timestamp': `${now}.5` } })).toBe(false);
  });
});

it('says which signature the code checks, in four languages', () => {
  for (const secret of Object.values(secrets)) {
    const code = codeFor(secret);
    expect(code.signature_version).toBe(secret.startsWith('whsk_') ? 'v1a' : 'v1');
    for (const text of [code.typescript, code.python, code.go, code.php]) {
      expect(text).toContain('webhook-signature');
      expect(text).not.toContain(secret.slice(6));
    }
  }
});
