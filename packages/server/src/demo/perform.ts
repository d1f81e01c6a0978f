import type { Verdict } from './acts.ts';
import type { DemoApi } from './api.ts';
import type { Crowd, Person } from './people.ts';
import type { SeasonAction } from './season.ts';
import { known, type Stage } from './stage.ts';

/** What an action came to, as far as the season looks at it. */
export interface ActionOutcome {
  readonly repeated: boolean;
  readonly participant_id: string;
  readonly joined: boolean;
  readonly completion: { readonly points: number } | null;
  readonly quests: readonly { readonly points: number }[];
  readonly transaction: { readonly amount: number } | null;
  readonly earnings: readonly { readonly id: string; readonly reward_id: string; readonly amount: string }[];
  readonly events: readonly { readonly type: string }[];
}

export interface Performed {
  readonly verdict: Verdict;
  /** Null when it was refused, and for what gives nobody anything. */
  readonly outcome: ActionOutcome | null;
  /** Why it was refused, in the API's words. */
  readonly detail: string | null;
}

interface Call {
  readonly path: string;
  readonly body: unknown;
}

/** Carries out one action through the API. Throws only when no answer comes. */
export type Perform = (action: SeasonAction) => Promise<Performed>;

export function createPerformer(parts: {
  readonly api: DemoApi;
  readonly stage: Stage;
  readonly crowd: Crowd;
}): Perform {
  return async (action) => {
    const { path, body } = callFor(action, parts);
    const answer = await parts.api.ask('POST', path, body);
    if (answer.status >= 300) {
      const { code, detail } = answer.body as { code: Verdict; detail: string };
      return { verdict: code, outcome: null, detail };
    }
    const { kind } = action.step.act;
    if (kind === 'introduce' || kind === 'claim') return { verdict: 'done', outcome: null, detail: null };
    const outcome = answer.body as ActionOutcome;
    return { verdict: outcome.repeated ? 'repeated' : 'done', outcome, detail: null };
  };
}

function callFor({ person, step }: SeasonAction, { stage, crowd }: { stage: Stage; crowd: Crowd }): Call {
  const { act } = step;
  const campaign = stage.campaigns[step.campaign];
  if (campaign === undefined) throw new Error(`The season has no campaign ${step.campaign}`);
  const inCampaign = `/v1/campaigns/${campaign.id}`;
  const [account] = person.accounts;
  const participant = { external_id: person.externalId };
  const post = (path: string, body: unknown): Call => ({ path, body });
  switch (act.kind) {
    case 'introduce':
      return post('/v1/participants', introduction(person));
    case 'sign_in':
      return post('/v1/sign-ins', { participant, campaign_id: campaign.id, method: act.method, account });
    case 'join': {
      const { referrer } = act;
      return post(`${inCampaign}/participants`, {
        participant,
        account,
        team: person.team,
        ...(referrer !== null && { referrer: named(crowd.person(referrer.person), referrer.by) }),
      });
    }
    case 'complete':
      return post(`${inCampaign}/tasks/${known(campaign.tasks, act.task)}/completions`, {
        participant: named(person, act.by),
        account,
      });
    case 'play':
      return post(`${inCampaign}/plays`, {
        participant: named(person, act.by),
        account,
        key: act.key,
        ...('level' in act.round ? act.round : { task_id: known(campaign.tasks, act.round.task) }),
        ...(act.fields !== null && { fields: act.fields }),
        ...(act.score !== null && { score: act.score }),
      });
    case 'fire': {
      const trigger = known(campaign.triggers, act.trigger);
      return post(`/v1/triggers/${trigger}/users/${encodeURIComponent(person.externalId)}/events`, {
        value: act.value,
        key: act.key,
      });
    }
    case 'claim':
      return post(`${inCampaign}/claims`, { participant });
    case 'book': {
      const { amount, cause, reference } = act;
      return post(`${inCampaign}/points`, { participant, amount, cause, reference });
    }
  }
}

function introduction(person: Person): unknown {
  return {
    external_id: person.externalId,
    email: person.email,
    first_name: person.firstName,
    last_name: person.lastName,
    accounts: person.accounts,
    referral_code: person.referralCode,
    fields: { boat: `The ${person.lastName}` },
  };
}

function named(person: Person, by: 'external_id' | 'account' | 'code'): unknown {
  switch (by) {
    case 'external_id':
      return { external_id: person.externalId };
    case 'account':
      return { account: person.accounts[0] };
    case 'code':
      return { code: person.referralCode };
  }
}
