import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@fanfare/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Accounts, ensureFirstOrganization, openAccounts } from '../../src/accounts/index.ts';

let test: TestDatabase;
let accounts: Accounts;
let directory: string;
beforeEach(async () => {
  test = await createTestDatabase();
  accounts = await openAccounts({
    database: test.database,
    mostTokens: () => null,
    clock: { now: () => Date.now() },
  });
  directory = await mkdtemp(join(tmpdir(), 'fanfare-accounts-'));
});
afterEach(async () => {
  await accounts.close();
  await test.drop();
  await rm(directory, { recursive: true, force: true });
});

describe('the first organization', () => {
  const ensure = (file = 'api-token', of = accounts) =>
    ensureFirstOrganization(of, { name: 'Aurora Games', tokenFile: join(directory, file) });

  it('is made in an empty database, with a token in a file that only its owner may read', async () => {
    const { organization, token, created } = await ensure();
    expect(created).toBe(true);
    expect(organization.name).toBe('Aurora Games');
    expect(await accounts.authenticate(token)).toMatchObject({ organizationId: organization.id });
    expect((await readFile(join(directory, 'api-token'), 'utf8')).trim()).toBe(token);
    expect((await stat(join(directory, 'api-token'))).mode & 0o777).toBe(0o600);
    expect((await accounts.defaultCommunity(organization.id)).name).toBe('Aurora Games');
  });

  it('and its token are found again', async () => {
    const first = await ensure();
    const second = await ensure();
    expect(second).toMatchObject({ created: false, token: first.token });
    expect(second.organization.id).toBe(first.organization.id);
  });

  it('gets a new token when the file is missing, foreign or its token revoked', async () => {
    const first = await ensure();
    await rm(join(directory, 'api-token'));
    const second = await ensure();
    expect(second.token).not.toBe(first.token);
    await writeFile(join(directory, 'api-token'), 'nonsense\n');
    const third = await ensure();
    expect(await accounts.authenticate(third.token)).not.toBeNull();
    const [newest] = await accounts.listTokens(third.organization.id, null, 1);
    if (newest === undefined) throw new Error('There is no token');
    await accounts.revokeToken(third.organization.id, newest.id);
    expect((await ensure()).token).not.toBe(third.token);
  });

  it('is one, however many nodes start at once', async () => {
    const nodes = await Promise.all(
      Array.from({ length: 4 }, () =>
        openAccounts({ database: test.database, mostTokens: () => null, clock: { now: () => Date.now() } }),
      ),
    );
    const found = await Promise.all(nodes.map((node, index) => ensure(`token-${index}`, node)));
    expect(new Set(found.map(({ organization }) => organization.id)).size).toBe(1);
    expect(found.filter(({ created }) => created)).toHaveLength(1);
    await Promise.all(nodes.map((node) => node.close()));
  });
});
