import type { ProblemCode } from '@fanfare/client';

/** Something that somebody does, or that a system says they did. Tasks and triggers are named by their keys. */
export type Act =
  /** The organization tells who they are. */
  | { readonly kind: 'introduce' }
  | { readonly kind: 'sign_in'; readonly method: string }
  | { readonly kind: 'join'; readonly referrer: Naming | null }
  | { readonly kind: 'complete'; readonly task: string; readonly by: NamedBy }
  /** One round of the game: a form, or a level with its score. */
  | {
      readonly kind: 'play';
      readonly round: { readonly task: string } | { readonly level: string };
      readonly fields: Readonly<Record<string, string | number | boolean>> | null;
      readonly score: number | null;
      readonly key: string;
      readonly by: NamedBy;
    }
  | { readonly kind: 'fire'; readonly trigger: string; readonly value: number | null; readonly key: string }
  | {
      readonly kind: 'book';
      /** Negative: taken. */
      readonly amount: number;
      readonly cause: 'custom' | 'withdrawal';
      readonly reference: string;
    }
  /** Everything they earned and have not been paid. */
  | { readonly kind: 'claim' };

export type ActKind = Act['kind'];
export const actKinds = [
  'introduce',
  'sign_in',
  'join',
  'complete',
  'play',
  'fire',
  'book',
  'claim',
] as const satisfies readonly ActKind[];

export type NamedBy = 'external_id' | 'account';

/** A person as a call names them. */
export interface Naming {
  readonly person: number;
  readonly by: NamedBy | 'code';
}

/** What came of an act. */
export type Verdict = 'done' | 'repeated' | ProblemCode;

/** One act, with what it needs and what should come of it. */
export interface Step {
  /** How long after the step before, in the season's own time. */
  readonly after: number;
  /** The campaign it happens in. */
  readonly campaign: number;
  readonly act: Act;
  /**
   * Several where others decide: the calendar, as what may happen once a day may be asked for on both sides of
   * midnight; or who pays rewards, as what failed to be paid can be claimed again.
   */
  readonly expected: readonly Verdict[];
  /** Somebody who must have joined the campaign before. */
  readonly needs: number | null;
}
