import { type Problem, type ProblemCode, problemRegistry, type QuotaReached } from '../problems.ts';

/** A problem as callers read it: RFC 9457 with the members `code`, `errors` and `request_id`. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  readonly errors?: readonly { pointer?: string; parameter?: string; detail: string }[];
  readonly quota?: {
    readonly name: string;
    readonly limit: number;
    readonly used: number;
    readonly resets_at: string | null;
  };
  readonly instance?: string;
  readonly request_id?: string;
}

export const problemMediaType = 'application/problem+json';

/** `where` is left out for a problem inside another answer. */
export function problemDocument(
  problem: Problem,
  where?: { readonly instance: string; readonly requestId: string },
): ProblemDocument {
  const { status, title } = problemRegistry[problem.code];
  return {
    type: `/docs/problems#${problem.code}`,
    title,
    status,
    detail: problem.message,
    code: problem.code,
    ...(problem.faults.length > 0 && {
      errors: problem.faults.map(({ pointer, parameter, detail }) =>
        parameter === undefined ? { pointer, detail } : { parameter, detail },
      ),
    }),
    ...(problem.quota && { quota: shownQuota(problem.quota) }),
    ...(where && { instance: where.instance, request_id: where.requestId }),
  };
}

function shownQuota({ name, limit, used, resetsAt }: QuotaReached) {
  return { name, limit, used, resets_at: resetsAt?.toISOString() ?? null };
}
