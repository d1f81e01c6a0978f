import type { Answer, ApiHarness } from './harness.ts';

/** A node of Fanfare, as its callers see it. */
export type Node = Pick<ApiHarness, 'call'>;

export interface Outcome {
  readonly repeated: boolean;
  readonly detail: string | null;
  readonly participant_id: string;
  readonly joined: boolean;
  readonly completion: { id: string; task_id: string; period: string; points: number } | null;
  readonly quests: readonly { id: string; points: number }[];
  readonly play: { id: string } | null;
  readonly trigger_event: { id: string } | null;
  readonly transaction: { id: string; amount: number } | null;
  readonly earnings: readonly { id: string; reward_id: string; amount: string }[];
  /** Of what changes a payout. */
  readonly payout?: { id: string; state: string };
  readonly total_points: number;
  readonly rank: number | null;
  readonly events: readonly { id: string; type: string }[];
}

/** One campaign, built and acted in over HTTP. */
export class Season {
  readonly api: Node;
  readonly campaign: string;
  readonly group: string;

  private constructor(api: Node, campaign: string, group: string) {
    this.api = api;
    this.campaign = campaign;
    this.group = group;
  }

  static async open(api: Node, settings: Readonly<Record<string, unknown>> = {}): Promise<Season> {
    const campaign = await created(api, 'POST', '/v1/campaigns', { name: 'Spring', ...settings });
    const group = await created(api, 'POST', `/v1/campaigns/${campaign}/groups`, { name: 'Week one' });
    return new Season(api, campaign, group);
  }

  /** The same campaign, acted in through another node. */
  at(node: Node): Season {
    return new Season(node, this.campaign, this.group);
  }

  change(settings: Readonly<Record<string, unknown>>): Promise<Answer> {
    return must(this.api.call('PATCH', `/v1/campaigns/${this.campaign}`, { body: settings }));
  }

  quest(settings: Readonly<Record<string, unknown>> = {}): Promise<string> {
    return this.#add('quests', { name: 'Sail', group_id: this.group, ...settings });
  }

  /** In a quest of its own that gives nothing, unless one is named. */
  async task(settings: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const quest_id = settings['quest_id'] ?? (await this.quest());
    return this.#add('tasks', { name: 'Post', type: 'post', points: 100, ...settings, quest_id });
  }

  reward(settings: Readonly<Record<string, unknown>> = {}): Promise<string> {
    return this.#add('rewards', { name: 'Doubloon', kind: 'token', unit: 'DBL', ...settings });
  }

  async trigger(id: string, settings: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const body = { name: 'Purchase', campaign_id: this.campaign, credit: { amount: 5 }, ...settings };
    await must(this.api.call('PUT', `/v1/triggers/${id}`, { body }));
    return id;
  }

  #add(kind: string, body: unknown): Promise<string> {
    return created(this.api, 'POST', `/v1/campaigns/${this.campaign}/${kind}`, body);
  }

  join(who: string, more: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    return this.#act('participants', { participant: { external_id: who }, ...more });
  }

  complete(task: string, who: string, more: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    return this.#act(`tasks/${task}/completions`, { participant: { external_id: who }, ...more });
  }

  book(who: string, amount: number, reference: string, cause = 'api'): Promise<Answer> {
    return this.#act('points', { participant: { external_id: who }, amount, reference, cause });
  }

  play(who: string, round: Readonly<Record<string, unknown>>): Promise<Answer> {
    return this.#act('plays', { participant: { external_id: who }, ...round });
  }

  fire(trigger: string, who: string, body?: unknown): Promise<Answer> {
    const path = `/v1/triggers/${trigger}/users/${encodeURIComponent(who)}/events`;
    return this.api.call('POST', path, body === undefined ? {} : { body });
  }

  claim(who: string, more: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    return this.#act('claims', { participant: { external_id: who }, ...more });
  }

  signIn(who: string, more: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    const body = { participant: { external_id: who }, campaign_id: this.campaign, method: 'google', ...more };
    return this.api.call('POST', '/v1/sign-ins', { body });
  }

  #act(what: string, body: unknown): Promise<Answer> {
    return this.api.call('POST', `/v1/campaigns/${this.campaign}/${what}`, { body });
  }
}

/** What an action that must succeed came to. */
export async function outcome(asked: Answer | Promise<Answer>): Promise<Outcome> {
  const answer = await must(asked);
  return answer.body as Outcome;
}

export async function refusal(
  asked: Promise<Answer>,
): Promise<{ readonly status: number; readonly code: string; readonly detail: string }> {
  const { status, body } = await asked;
  const { code, detail } = body as { code: string; detail: string };
  return { status, code, detail };
}

async function must(asked: Answer | Promise<Answer>): Promise<Answer> {
  const answer = await asked;
  if (answer.status >= 300) throw new Error(`Refused: ${answer.status} ${answer.text}`);
  return answer;
}

async function created(api: Node, method: string, path: string, body: unknown): Promise<string> {
  const answer = await must(api.call(method, path, { body }));
  return (answer.body as { id: string }).id;
}
