import type { z } from 'zod';

/** Whether events of a type belong to a campaign, or are about a person. */
export type Need = 'required' | 'optional' | 'none';

type Family = 'people' | 'tasks' | 'points' | 'referrals' | 'rewards' | 'game' | 'operational';

/** One event type of the catalogue, apart from its name. */
export interface Definition<S extends z.ZodType> {
  readonly family: Family;
  readonly title: string;
  /** When the event happens, for those who choose what to subscribe to. */
  readonly description: string;
  readonly campaign: Need;
  readonly participant: Need;
  readonly data: S;
  readonly example: z.output<S>;
}

/** Ties the example to the schema it must satisfy. */
export function define<S extends z.ZodType>(definition: Definition<S>): Definition<S> {
  return definition;
}
