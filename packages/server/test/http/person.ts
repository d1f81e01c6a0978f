import { expect } from 'vitest';
import type { Role } from '../../src/accounts/index.ts';
import { newId } from '../../src/ids.ts';
import type { Answer, ApiHarness, Call } from './harness.ts';
import { uuidIn } from './ids.ts';

export const password = 'correct horse battery';

/** The browser of somebody who may sign in: keeps cookies, and names its origin as browsers do. */
export class PersonBrowser {
  readonly #api: ApiHarness;
  readonly #origin: string | null;
  readonly #cookies = new Map<string, string>();
  /** As they were set last. */
  setCookies: readonly string[] = [];

  constructor(api: ApiHarness, origin: string | null = 'https://hooks.example.com') {
    this.#api = api;
    this.#origin = origin;
  }

  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async call(method: string, path: string, call: Omit<Call, 'token'> = {}): Promise<Answer> {
    const answer = await this.#api.call(method, path, {
      ...call,
      token: null,
      headers: {
        ...(this.#cookies.size > 0 && { cookie: this.cookie }),
        ...(this.#origin !== null && { origin: this.#origin }),
        ...call.headers,
      },
    });
    this.setCookies = answer.headers.getSetCookie();
    for (const text of this.setCookies) {
      const [pair = '', ...attributes] = text.split(/; */);
      const [name = '', value = ''] = pair.split(/=(.*)/s);
      if (attributes.some((one) => /^max-age=0$/i.test(one))) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return answer;
  }

  signIn(email: string, secret = password): Promise<Answer> {
    return this.call('POST', '/v1/session', { body: { email, password: secret } });
  }

  withCookie(cookie: string): this {
    const [name = '', value = ''] = cookie.split(/=(.*)/s);
    this.#cookies.set(name, value);
    return this;
  }

  /** Somebody new in an organization, signed in. Their password is that of the first owner, whom there must be. */
  static async withRole(api: ApiHarness, organization: string, role: Role): Promise<PersonBrowser> {
    const person = uuidIn(newId('psn'));
    const email = `${role}-${person}@example.com`;
    await api.database.pool.query(
      `with made as (insert into persons (id, name, email) values ($1, $2, $3)),
            joined as (insert into members (id, organization_id, person_id, role) values ($1, $4, $1, $2))
       insert into person_credentials (id, person_id, provider_id, issuer, account_id, password)
       select $1, $1, provider_id, issuer, $1::uuid::text, password from person_credentials order by created_at limit 1`,
      [person, role, email, uuidIn(organization)],
    );
    const browser = new PersonBrowser(api);
    const answer = await browser.signIn(email);
    expect(answer.status, answer.text).toBe(201);
    return browser;
  }

  /** The first owner of the organization that was made first. */
  static async owner(api: ApiHarness, email = 'owner@example.com'): Promise<PersonBrowser> {
    const browser = new PersonBrowser(api);
    const token = await api.sessions.ownerToken(api.organization.id);
    const answer = await browser.call('POST', '/v1/owner', {
      body: { token, name: 'Olive Owner', email, password },
    });
    expect(answer.status, answer.text).toBe(201);
    return browser;
  }
}
