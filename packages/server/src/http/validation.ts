import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { faultsOf } from '../catalog/index.ts';
import { type Fault, Problem } from '../problems.ts';

/** Checks one part of a request against its Zod schema; faults name the place and come all at once. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  const part = httpPart ?? 'body';
  return (data) => {
    const result = schema.safeParse(data);
    if (result.success) return { value: result.data };
    return { error: requestProblem(part, result.error, data) };
  };
};

function requestProblem(part: string, error: z.ZodError, data: unknown): Problem {
  if (part === 'params') {
    return new Problem('not_found', 'Nothing has this address. Check the path.');
  }
  if (part === 'body') {
    const faults = faultsOf(error.issues, data);
    return new Problem('invalid_request', summary('body', faults), { faults });
  }
  const faults = faultsOf(error.issues, data).map((fault) => ({
    pointer: '',
    parameter: fault.pointer.slice(1),
    detail: fault.detail,
  }));
  return new Problem('invalid_request', summary(part === 'querystring' ? 'query' : part, faults), { faults });
}

function summary(part: string, faults: readonly Fault[]): string {
  const [first] = faults;
  if (faults.length === 1 && first) {
    const place = first.parameter ?? first.pointer;
    return `The ${part} is not as expected${place === '' ? '' : ` at ${place}`}: ${first.detail}`;
  }
  return `The ${part} has ${faults.length} faults. Each is listed under errors.`;
}
