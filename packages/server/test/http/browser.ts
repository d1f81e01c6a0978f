import { expect } from 'vitest';
import type { Answer, ApiHarness, Call } from './harness.ts';

/** A browser of one participant: calls with their participant token, from a page of this origin. */
export class Browser {
  readonly #api: ApiHarness;
  readonly token: string;
  readonly participant: string;
  readonly #origin: string | null;

  private constructor(api: ApiHarness, token: string, participant: string, origin: string | null) {
    this.#api = api;
    this.token = token;
    this.participant = participant;
    this.#origin = origin;
  }

  static async open(
    api: ApiHarness,
    who: string,
    settings: {
      readonly campaigns?: readonly string[];
      readonly origin?: string;
      readonly token?: string;
      readonly ttlSeconds?: number;
    } = {},
  ): Promise<Browser> {
    const answer = await api.call('POST', '/v1/participant-tokens', {
      body: {
        participant: { external_id: who },
        campaign_ids: settings.campaigns,
        ttl_seconds: settings.ttlSeconds,
      },
      ...(settings.token !== undefined && { token: settings.token }),
    });
    expect(answer.status, answer.text).toBe(201);
    const { token, participant_id } = answer.body as { token: string; participant_id: string };
    return new Browser(api, token, participant_id, settings.origin ?? null);
  }

  call(method: string, path: string, call: Call = {}): Promise<Answer> {
    return this.#api.call(method, path, {
      token: this.token,
      ...call,
      headers: { ...(this.#origin !== null && { origin: this.#origin }), ...call.headers },
    });
  }
}
