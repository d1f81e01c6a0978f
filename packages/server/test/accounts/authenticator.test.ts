import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createAuthenticator } from '../../src/accounts/authenticator.ts';
import { newId, uuidOf } from '../../src/ids.ts';
import type { TokenOwner } from '../../src/storage/index.ts';

const token = `fan_${randomBytes(32).toString('base64url')}`;
const owner: TokenOwner = {
  id: uuidOf(newId('tok')),
  organizationId: uuidOf(newId('org')),
  organizationName: 'Aurora',
  scopes: null,
  expiresAt: null,
};

function authenticatorOver(answers: () => TokenOwner | null | Promise<TokenOwner | null>) {
  let asked = 0;
  const clock = { at: 0, now: () => clock.at };
  const authenticator = createAuthenticator(
    {
      use: async () => {
        asked += 1;
        return answers();
      },
    },
    clock,
  );
  return { ...authenticator, clock, asked: () => asked };
}

describe('the authenticator', () => {
  it('asks once for a token that many requests bring at the same time', async () => {
    const { authenticate, asked } = authenticatorOver(() => owner);
    const answers = await Promise.all(Array.from({ length: 50 }, () => authenticate(token)));
    expect(answers.every((answer) => answer?.organizationName === 'Aurora')).toBe(true);
    expect(asked()).toBe(1);
  });

  it('asks again after a minute, so a revocation it never heard of ends too', async () => {
    let valid = true;
    const { authenticate, clock } = authenticatorOver(() => (valid ? owner : null));
    await authenticate(token);
    valid = false;
    clock.at = 59_999;
    expect(await authenticate(token)).not.toBeNull();
    clock.at = 60_000;
    expect(await authenticate(token)).toBeNull();
  });

  it('never keeps an unknown token', async () => {
    const { authenticate, asked } = authenticatorOver(() => null);
    await authenticate(token);
    await authenticate(token);
    expect(asked()).toBe(2);
  });

  it('does not ask for what cannot be a token', async () => {
    const { authenticate, asked } = authenticatorOver(() => owner);
    expect(await authenticate('fan_')).toBeNull();
    expect(await authenticate(`${token}x`)).toBeNull();
    expect(asked()).toBe(0);
  });

  it('does not keep an answer that was on its way while the token was revoked', async () => {
    let release: (found: TokenOwner) => void = () => {};
    const { authenticate, forget, asked } = authenticatorOver(
      () => new Promise((resolve) => (release = resolve)),
    );
    const first = authenticate(token);
    forget(owner.id);
    release(owner);
    await first;
    void authenticate(token);
    expect(asked()).toBe(2);
    release(owner);
  });

  it('passes on that the database cannot be asked, and asks anew the next time', async () => {
    let down = true;
    const { authenticate } = authenticatorOver(() => {
      if (down) throw new Error('down');
      return owner;
    });
    await expect(Promise.resolve(authenticate(token))).rejects.toThrow('down');
    down = false;
    expect(await authenticate(token)).not.toBeNull();
  });
});
