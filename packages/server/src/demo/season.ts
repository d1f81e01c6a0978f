import type { Step } from './acts.ts';
import type { Cast } from './cast.ts';
import type { Crowd, Person } from './people.ts';
import { planOf } from './plan.ts';
import { TimeQueue } from './time-queue.ts';

/** The next act of somebody. */
export interface SeasonAction {
  readonly person: Person;
  readonly step: Step;
}

/**
 * What many people do, one action after the other, for as many callers as like to carry them out at once. Somebody's
 * own actions never overlap and keep their order, and nobody is referred by a person whose joining is not done.
 */
export interface Season {
  /** The next action to carry out; `busy` while all that is left waits for one under way; null when it is over. */
  next(): SeasonAction | 'busy' | null;
  /** To be called when an action that `next` gave out has been carried out, whatever came of it. */
  done(action: SeasonAction): void;
}

/** Of the season's own time, the share in which people arrive, evenly; what is left is for those who came last. */
const arrivalsEnd = 80;

interface Going {
  readonly at: number;
  readonly index: number;
  readonly person: Person;
  readonly plan: Generator<Step, void>;
  readonly step: Step;
}

/**
 * People arrive one after the other and go through their plans. Who acts next is decided by the season's own time
 * alone, so that a single caller gets the same actions in the same order from the same seed; several callers get the
 * same actions, in an order that also depends on how fast each is.
 */
export function createSeason(settings: {
  readonly crowd: Crowd;
  readonly cast: Cast;
  /** Whether people go on for good when their plans are done. */
  readonly endless?: boolean;
}): Season {
  const { crowd, cast, endless = false } = settings;
  const planning = { cast, seed: crowd.seed, endless };
  const queue = new TimeQueue<Going>();
  const underWay = new Map<number, Going>();
  /** By person and campaign: who has joined. */
  const joined = new Uint8Array(crowd.size * crowd.campaigns);
  /** Those who wait for somebody to join, by the place of that in `joined`. */
  const waiting = new Map<number, Going[]>();
  let arrived = 0;

  const placeOf = (person: number, campaign: number) => person * crowd.campaigns + campaign;
  const arrivalOf = (index: number) => (index / crowd.size) * arrivalsEnd;

  function enqueueNext(person: Person, plan: Generator<Step, void>, now: number): void {
    const { value: step, done } = plan.next();
    if (done === true || step === undefined) return;
    queue.add({ at: now + step.after, index: person.index, person, plan, step });
  }

  function letArrive(): void {
    while (arrived < crowd.size && (queue.first?.at ?? Number.POSITIVE_INFINITY) >= arrivalOf(arrived)) {
      const person = crowd.person(arrived);
      enqueueNext(person, planOf(person, planning), arrivalOf(arrived));
      arrived += 1;
    }
  }

  return {
    next() {
      for (;;) {
        letArrive();
        const going = queue.take();
        if (going === undefined) return underWay.size > 0 ? 'busy' : null;
        const { person, step } = going;
        const place = step.needs === null ? null : placeOf(step.needs, step.campaign);
        if (place !== null && joined[place] !== 1) {
          const others = waiting.get(place);
          if (others === undefined) waiting.set(place, [going]);
          else others.push(going);
          continue;
        }
        underWay.set(person.index, going);
        return { person, step };
      }
    },

    done({ person, step }) {
      const going = underWay.get(person.index);
      if (going === undefined || going.step !== step) {
        throw new Error(`${person.externalId} was not at that`);
      }
      underWay.delete(person.index);
      enqueueNext(person, going.plan, going.at);
      const joins = step.act.kind === 'join' && step.expected.includes('done');
      if (!joins) return;
      const place = placeOf(person.index, step.campaign);
      joined[place] = 1;
      for (const late of waiting.get(place) ?? []) queue.add({ ...late, at: Math.max(late.at, going.at) });
      waiting.delete(place);
    },
  };
}
