import { type ActionOutcome, type Actor, ApiProblem, type Referrer, type Taking } from '@fanfare/client';
import type { Verdict } from './acts.ts';
import type { DemoApi } from './api.ts';
import type { Crowd, Person } from './people.ts';
import type { SeasonAction } from './season.ts';
import { known, type Stage } from './stage.ts';

export interface Performed {
  readonly verdict: Verdict;
  /** Null when it was refused, and for what gives nobody anything. */
  readonly outcome: ActionOutcome | null;
  /** Why it was refused, in the API's words. */
  readonly detail: string | null;
}

/** Carries out one action through the API. Throws when no answer comes, and for one that Fanfare does not give. */
export type Perform = (action: SeasonAction) => Promise<Performed>;

interface Parts {
  readonly api: DemoApi;
  readonly stage: Stage;
  readonly crowd: Crowd;
}

export function createPerformer(parts: Parts): Perform {
  return async (action) => {
    try {
      const outcome = await carryOut(action, parts);
      return { verdict: outcome?.repeated ? 'repeated' : 'done', outcome, detail: null };
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      return { verdict: error.code, outcome: null, detail: error.detail };
    }
  };
}

async function carryOut(
  { person, step }: SeasonAction,
  { api, stage, crowd }: Parts,
): Promise<ActionOutcome | null> {
  const { act } = step;
  const campaign = stage.campaigns[step.campaign];
  if (campaign === undefined) throw new Error(`The season has no campaign ${step.campaign}`);
  const { id } = campaign;
  const [account] = person.accounts;
  const participant = { external_id: person.externalId };
  switch (act.kind) {
    case 'introduce':
      await api.post('/v1/participants', { body: introduction(person) });
      return null;
    case 'sign_in':
      await api.post('/v1/sign-ins', {
        body: { participant, campaign_id: id, method: act.method, account },
      });
      return null;
    case 'join': {
      const { referrer } = act;
      return api.post('/v1/campaigns/{id}/participants', {
        path: { id },
        body: {
          participant,
          account,
          team: person.team,
          ...(referrer !== null && { referrer: referrerNamed(crowd.person(referrer.person), referrer.by) }),
        },
      });
    }
    case 'complete':
      return api.post('/v1/campaigns/{id}/tasks/{task_id}/completions', {
        path: { id, task_id: known(campaign.tasks, act.task) },
        body: { participant: named(person, act.by), account },
      });
    case 'play':
      return api.post('/v1/campaigns/{id}/plays', {
        path: { id },
        body: {
          participant: named(person, act.by),
          account,
          key: act.key,
          ...('level' in act.round ? act.round : { task_id: known(campaign.tasks, act.round.task) }),
          ...(act.fields !== null && { fields: act.fields }),
          ...(act.score !== null && { score: act.score }),
        },
      });
    case 'fire':
      return api.post('/v1/triggers/{trigger_id}/users/{user_id}/events', {
        path: { trigger_id: known(campaign.triggers, act.trigger), user_id: person.externalId },
        body: { value: act.value, key: act.key },
      });
    case 'claim':
      await api.post('/v1/campaigns/{id}/claims', { path: { id }, body: { participant } });
      return null;
    case 'book': {
      const { amount, cause, reference } = act;
      return api.post('/v1/campaigns/{id}/points', {
        path: { id },
        body: { participant, amount, cause, reference },
      });
    }
  }
}

function introduction(person: Person): Taking<'putParticipant'>['body'] {
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

function named(person: Person, by: 'external_id' | 'account'): Actor {
  return by === 'external_id' ? { external_id: person.externalId } : { account: person.accounts[0] };
}

function referrerNamed(person: Person, by: 'external_id' | 'account' | 'code'): Referrer {
  return by === 'code' ? { code: person.referralCode } : named(person, by);
}
