import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
  'a whsec_ secret without padding': generateSecret('v1').replace(/=+$/, ''),
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

/** Requests, and whether the code must take them. */
function trials(secret: string): readonly { readonly request: Sent; readonly taken: boolean }[] {
  const now = Math.floor(Date.now() / 1000);
  const good = sent(secret, Buffer.from('{"name":"Zoë"}'), now);
  const bodyless = sent(secret, Buffer.alloc(0), now);
  return [
    { request: good, taken: true },
    { request: bodyless, taken: true },
    { request: sent(secret, Buffer.from([0, 255, 254]), now), taken: true },
    { request: { ...good, body: Buffer.from('{"name":"Zoé"}') }, taken: false },
    { request: { ...bodyless, target: '/hook?player.id=usr_2' }, taken: false },
    { request: { ...good, headers: { ...good.headers, 'webhook-id': 'dlv_2' } }, taken: false },
    { request: { ...good, headers: {} }, taken: false },
    { request: sent(secret, Buffer.from('{}'), now - 400), taken: false },
    { request: { ...good, headers: { ...good.headers, 'webhook-timestamp': `${now}.5` } }, taken: false },
  ];
}

describe.each(Object.entries(secrets))('the TypeScript for %s', (_, secret) => {
  it('takes what was signed and nothing else', async () => {
    const verify = await load(codeFor(secret).typescript);
    const secretFirst = secret.startsWith('whsk_') ? [] : [secret];
    for (const { request, taken } of trials(secret)) {
      const { method, target, headers, body } = request;
      expect(verify(...secretFirst, method, target, headers, body), JSON.stringify(request)).toBe(taken);
    }
  });
});

/** How to run the code of another language: with a program around it that reads one request from stdin. */
interface OtherLanguage {
  readonly present: (asymmetric: boolean) => boolean;
  /** Writes the program; gives the command that prints "true" or "false". */
  readonly build: (folder: string, code: string, asymmetric: boolean) => readonly [string, ...string[]];
}

function runs(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args).status === 0;
}

const otherLanguages: Readonly<Record<'python' | 'php' | 'go', OtherLanguage>> = {
  python: {
    present: (asymmetric) => runs('python3', '-c', asymmetric ? 'import cryptography' : ''),
    build(folder, code, asymmetric) {
      const path = join(folder, 'verify.py');
      const secret = asymmetric ? '' : 'r["secret"], ';
      const call = `verify(${secret}r["method"], r["target"], r["headers"], base64.b64decode(r["body"]))`;
      writeFileSync(
        path,
        `${code}\nimport json, sys\nr = json.load(sys.stdin)\nprint("true" if ${call} else "false")\n`,
      );
      return ['python3', path];
    },
  },
  php: {
    present: (asymmetric) =>
      runs('php', '-r', `exit(extension_loaded('${asymmetric ? 'sodium' : 'hash'}') ? 0 : 1);`),
    build(folder, code, asymmetric) {
      const path = join(folder, 'verify.php');
      const secret = asymmetric ? '' : "$r['secret'], ";
      const call = `verify(${secret}$r['method'], $r['target'], $r['headers'], base64_decode($r['body']))`;
      writeFileSync(
        path,
        `${code}\n$r = json_decode(file_get_contents('php://stdin'), true);\necho ${call} ? 'true' : 'false';\n`,
      );
      return ['php', path];
    },
  },
  go: {
    present: () => runs('go', 'version'),
    build(folder, code, asymmetric) {
      writeFileSync(join(folder, 'go.mod'), 'module verify\n\ngo 1.21\n');
      writeFileSync(join(folder, 'verify.go'), code.replace('package webhook', 'package main'));
      writeFileSync(
        join(folder, 'main.go'),
        `package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
)

func main() {
	var sent struct {
		Method, Target, Secret string
		Headers                map[string]string
		Body                   []byte
	}
	if err := json.NewDecoder(os.Stdin).Decode(&sent); err != nil {
		panic(err)
	}
	r := &http.Request{Method: sent.Method, RequestURI: sent.Target, Header: http.Header{}}
	for name, value := range sent.Headers {
		r.Header.Set(name, value)
	}
	fmt.Print(Verify(${asymmetric ? '' : 'sent.Secret, '}r, sent.Body))
}
`,
      );
      const built = spawnSync('go', ['build', '-o', 'verify', '.'], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '-mod=mod' },
      });
      expect(built.stderr).toBe('');
      return [join(folder, 'verify')];
    },
  },
};

describe.each(['python', 'php', 'go'] as const)('the code in %s', (language) => {
  const { present, build } = otherLanguages[language];
  for (const [name, secret] of Object.entries(secrets)) {
    const asymmetric = secret.startsWith('whsk_');
    // Receivers' languages are not needed to build Fanfare; where one is installed, its code is run.
    it.skipIf(!present(asymmetric))(
      `takes what was signed with ${name} and nothing else`,
      () => {
        const folder = join(directory, randomUUID());
        mkdirSync(folder);
        const [command, ...args] = build(folder, codeFor(secret)[language], asymmetric);
        for (const { request, taken } of trials(secret)) {
          const input = JSON.stringify({ ...request, secret, body: request.body.toString('base64') });
          const { stdout, stderr } = spawnSync(command, args, { input, encoding: 'utf8' });
          expect(stdout.trim(), `${stderr} ${input}`).toBe(String(taken));
        }
      },
      180_000,
    );
  }
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
