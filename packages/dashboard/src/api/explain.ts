import { ApiProblem, NoAnswer, UnexpectedAnswer } from '@fanfare/client';
import { api as text } from '#strings/api.ts';

export interface Explanation {
  readonly title: string;
  /** What was found, what was expected, and what to do. */
  readonly detail: string;
  /** Asking again may help. */
  readonly passing: boolean;
}

/** What went wrong, in words for people. */
export function explain(error: unknown): Explanation {
  if (isSignedOut(error)) return { ...text.signedOut, passing: false };
  if (error instanceof ApiProblem) {
    const places = error.errors.filter(({ detail }) => !error.detail.includes(detail)).map(placed);
    return {
      title: error.document.title,
      detail: [error.detail, ...places].join('\n'),
      passing: error.status === 429 || error.status >= 500,
    };
  }
  if (error instanceof NoAnswer) return { ...text.noAnswer, passing: true };
  if (error instanceof UnexpectedAnswer) {
    return {
      title: text.unexpectedAnswer.title,
      detail: text.unexpectedAnswer.detail(error.status),
      passing: true,
    };
  }
  return {
    title: text.brokenPage.title,
    detail: text.brokenPage.detail(String(error)),
    passing: false,
  };
}

function placed({ pointer, parameter, detail }: ApiProblem['errors'][number]): string {
  const place = pointer || parameter;
  return place ? `${place}: ${detail}` : detail;
}

/** Whether nobody is signed in any more. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiProblem && error.code === 'unauthenticated';
}

/** Whether what was asked for is not there, or not any more. */
export function isMissing(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 404;
}

/**
 * What the API said about single fields, by the path of the form's field: the pointer `/retry_policy/delays_seconds/2` is
 * `retry_policy.delays_seconds.2`. `rest` is about none of `fields`; whoever shows the form says it above the buttons.
 */
export function fieldErrors(
  error: unknown,
  fields: readonly string[],
): { readonly byField: Record<string, string>; readonly rest: readonly string[] } {
  if (!(error instanceof ApiProblem))
    return { byField: {}, rest: error === null ? [] : [explain(error).detail] };
  const byField: Record<string, string> = {};
  const rest: string[] = error.errors.length === 0 ? [error.detail] : [];
  for (const { pointer, parameter, detail } of error.errors) {
    const path = (pointer ?? '').split('/').slice(1).join('.');
    const field = fields.find((name) => path === name || path.startsWith(`${name}.`));
    if (field === undefined) rest.push(placed({ pointer, parameter, detail }));
    else byField[field] = byField[field] === undefined ? detail : `${byField[field]} ${detail}`;
  }
  return { byField, rest };
}
