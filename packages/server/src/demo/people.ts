import type { Cast } from './cast.ts';
import { oneOf, type Random, seededRandom, whole } from './random.ts';
import { walletOf } from './wallet.ts';

export interface Account {
  readonly platform: string;
  readonly name: string;
}

/** Somebody who takes part. Everything about them follows from the seed and their number. */
export interface Person {
  readonly index: number;
  readonly externalId: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly team: string;
  /** One or two; a wallet comes last. */
  readonly accounts: readonly [Account, ...Account[]];
  readonly referralCode: string;
  /** The campaigns they take part in, each with the person who refers them to it. */
  readonly memberships: readonly Membership[];
}

export interface Membership {
  readonly campaign: number;
  /** The index of somebody who comes before; null: they come by themselves. */
  readonly referrer: number | null;
}

/** Everybody there is, made when asked for: a million people take no memory. */
export interface Crowd {
  readonly size: number;
  readonly campaigns: number;
  readonly seed: number;
  person(index: number): Person;
}

const onChain = ['ethereum', 'polygon'];
/** Streams of random numbers of one person, by what they decide. */
const streams = { portrait: 1, membership: 2, referrer: 3 } as const;
const joinsAnotherCampaign = 0.25;
const isReferred = 0.6;
/** Of those who are referred, how many by one of the few who refer many. */
const byStrongReferrer = 0.7;
const referrerTries = 8;

/**
 * The people of the cast first, then as many more as are asked for. A person takes part in one campaign and sometimes
 * in others. Of the first n people about √n refer many, the very first the most, and everybody else refers hardly any.
 */
export function createCrowd(settings: {
  readonly cast: Cast;
  readonly seed: number;
  readonly size: number;
  readonly campaigns: number;
}): Crowd {
  const { cast, seed, size, campaigns } = settings;

  function membership(index: number): readonly number[] {
    if (campaigns === 1) return [0];
    const random = seededRandom(seed, streams.membership, index);
    // The very first take part everywhere, so that there is somebody to be referred by.
    const home = index === 0 ? 0 : whole(random, campaigns);
    const others = Array.from({ length: campaigns }, (_, campaign) => campaign).filter(
      (campaign) => campaign !== home && (index === 0 || random() < joinsAnotherCampaign),
    );
    return [home, ...others];
  }

  function referrerOf(index: number, campaign: number): number | null {
    if (campaign === 0 && index < cast.people.length) {
      const key = cast.people[index]?.referrer ?? null;
      const found = cast.people.findIndex((other) => other.key === key);
      if (key !== null && (found < 0 || found >= index)) {
        throw new Error(`In the cast ${cast.people[index]?.key} follows ${key}, who does not come before`);
      }
      return found < 0 || !membership(found).includes(0) ? null : found;
    }
    const random = seededRandom(seed, streams.referrer, index, campaign);
    if (index === 0 || random() >= isReferred) return null;
    for (let tries = 0; tries < referrerTries; tries++) {
      const candidate =
        random() < byStrongReferrer
          ? Math.floor(Math.ceil(Math.sqrt(index)) * random() ** 2)
          : whole(random, index);
      if (membership(candidate).includes(campaign)) return candidate;
    }
    return null;
  }

  return {
    size,
    campaigns,
    seed,
    person(index) {
      return {
        ...portrait(cast, seed, index),
        index,
        memberships: membership(index).map((campaign) => ({
          campaign,
          referrer: referrerOf(index, campaign),
        })),
      };
    },
  };
}

function portrait(cast: Cast, seed: number, index: number): Omit<Person, 'index' | 'memberships'> {
  const known = cast.people[index];
  if (known !== undefined) {
    return {
      externalId: known.key,
      firstName: known.first_name,
      lastName: known.last_name,
      email: `${known.key}@regatta.example`,
      team: known.team,
      accounts: [accountOf(known.platform, known.key)],
      referralCode: `CREW-${known.key.toUpperCase()}`,
    };
  }
  const random = seededRandom(seed, streams.portrait, index);
  const { first_names, last_names, teams, platforms } = cast.crowd;
  // With the seed in it, so that seasons of other seeds have other people.
  const externalId = `sailor-${seed}-${index}`;
  return {
    externalId,
    firstName: oneOf(random, first_names),
    lastName: oneOf(random, last_names),
    email: `${externalId}@regatta.example`,
    team: oneOf(random, teams),
    accounts: accountsOf(random, platforms, externalId),
    referralCode: `CREW-${seed}-${index}`,
  };
}

function accountsOf(
  random: Random,
  platforms: readonly string[],
  externalId: string,
): readonly [Account, ...Account[]] {
  const first = accountOf(oneOf(random, platforms), externalId);
  if (onChain.includes(first.platform) || random() < 0.6) return [first];
  return [first, accountOf(oneOf(random, onChain), externalId)];
}

function accountOf(platform: string, externalId: string): Account {
  return {
    platform,
    name: onChain.includes(platform) ? walletOf(externalId) : `${externalId}.sails`,
  };
}
