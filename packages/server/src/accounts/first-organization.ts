import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { uuidOf } from '../ids.ts';
import type { Accounts, Organization } from './accounts.ts';

/**
 * Makes sure that a fresh installation can be used: there is an organization, and the operator has an API token of
 * it. The token is kept in `tokenFile` (mode 600); a file that is missing, or whose token is no longer valid or
 * belongs to another database, is replaced by one with a new token.
 */
export async function ensureFirstOrganization(
  accounts: Accounts,
  settings: { readonly name: string; readonly tokenFile: string },
): Promise<{ readonly organization: Organization; readonly token: string; readonly created: boolean }> {
  const { name, tokenFile } = settings;
  const made = await accounts.createFirstOrganization(name);
  const organization = made ?? (await accounts.firstOrganization());
  if (organization === null) throw new Error('The first organization was deleted while Fanfare started');
  const kept = await readToken(tokenFile);
  if (kept !== null) {
    const principal = await accounts.authenticate(kept);
    if (principal !== null && uuidOf(principal.organizationId) === uuidOf(organization.id)) {
      await chmod(tokenFile, 0o600);
      return { organization, token: kept, created: made !== null };
    }
  }
  const { text } = await accounts.createToken(organization.id, {
    name: 'Start-up',
    expiresAt: null,
    beyondQuota: true,
  });
  await writeToken(tokenFile, text);
  return { organization, token: text, created: made !== null };
}

async function readToken(file: string): Promise<string | null> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Whole or not at all: a crash leaves the old file. */
async function writeToken(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}.new`;
  await rm(draft, { force: true });
  await writeFile(draft, `${text}\n`, { mode: 0o600, flag: 'wx' });
  await rename(draft, file);
}
