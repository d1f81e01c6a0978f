import type { z } from 'zod';
import type { Definition } from './definition.ts';
import { gameEvents } from './families/game.ts';
import { ledgerEvents } from './families/ledger.ts';
import { operationalEvents } from './families/operational.ts';
import { peopleEvents } from './families/people.ts';
import { referralEvents } from './families/referrals.ts';
import { rewardEvents } from './families/rewards.ts';
import { taskEvents } from './families/tasks.ts';

/** The catalogue: every event type that Fanfare itself knows, in the order one action writes them. */
export const catalogue = {
  ...peopleEvents,
  ...taskEvents,
  ...ledgerEvents,
  ...referralEvents,
  ...rewardEvents,
  ...gameEvents,
  ...operationalEvents,
};

export type EventType = keyof typeof catalogue;

/** The `data` of each type, as it is stored and as formats read it: every optional field is there, null if unknown. */
export type EventData = { readonly [T in EventType]: z.output<(typeof catalogue)[T]['data']> };

export const eventTypes: readonly EventType[] = Object.keys(catalogue) as EventType[];

export function isEventType(type: string): type is EventType {
  return Object.hasOwn(catalogue, type);
}

/** Title, description, schema and needs of one type. */
export function definitionOf(type: EventType): Definition<z.ZodType> {
  return catalogue[type];
}
