/** What somebody may do here (docs/access.md). */
export type Role = 'owner' | 'admin' | 'developer' | 'manager' | 'viewer';

export interface Account {
  readonly name: string;
  readonly email: string;
  readonly role: Role;
}

/** Of everybody. */
export const password = 'correct horse battery';

/** One for each role in the organization of the season. */
export const accounts: Readonly<Record<Role, Account>> = {
  owner: { name: 'Olive Owner', email: 'olive@example.com', role: 'owner' },
  admin: { name: 'Ada Admin', email: 'ada@example.com', role: 'admin' },
  developer: { name: 'Dev Developer', email: 'dev@example.com', role: 'developer' },
  manager: { name: 'Max Manager', email: 'max@example.com', role: 'manager' },
  viewer: { name: 'Vera Viewer', email: 'vera@example.com', role: 'viewer' },
};

/** Makes all of them, the owner with the link that the server prints at its first start. */
export async function makeAccounts(origin: string, ownerToken: string): Promise<void> {
  const { owner, ...others } = accounts;
  const made = await post(origin, '/v1/owner', {
    token: ownerToken,
    name: owner.name,
    email: owner.email,
    password,
  });
  const cookie = made.headers
    .getSetCookie()
    .map((text) => text.split(';', 1)[0])
    .join('; ');
  for (const { name, email, role } of Object.values(others)) {
    const invited: unknown = await (await post(origin, '/v1/invitations', { email, role }, cookie)).json();
    const token = linkToken(invited);
    await post(origin, '/v1/invitations/acceptance', { token, name, password });
  }
}

async function post(origin: string, path: string, body: object, cookie?: string): Promise<Response> {
  const answer = await fetch(origin + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin, ...(cookie !== undefined && { cookie }) },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`POST ${path} was answered with ${answer.status}: ${await answer.text()}`);
  return answer;
}

function linkToken(invited: unknown): string {
  const link = typeof invited === 'object' && invited !== null && 'link' in invited ? invited.link : null;
  const token = typeof link === 'string' ? link.split('#')[1] : undefined;
  if (token === undefined)
    throw new Error(`Found ${JSON.stringify(invited)}, expected an invitation with a link`);
  return token;
}
