import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { type Fault, Problem } from '../problems.ts';
import { pointerToken } from './json-body.ts';

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
    if (data === undefined) {
      return new Problem(
        'invalid_request',
        'The request has no body; a JSON body (content-type: application/json) was expected.',
      );
    }
    const faults = faultsOf(error);
    return new Problem('invalid_request', summary('body', faults), { faults });
  }
  const faults = faultsOf(error).map((fault) => ({
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
    return `The ${part} is not as expected${place === '' ? '' : ` at ${place}`}: ${first.detail}.`;
  }
  return `The ${part} has ${faults.length} faults. Each is listed under errors.`;
}

/** The issues of a Zod error as faults with JSON Pointers. */
export function faultsOf(error: z.ZodError): Fault[] {
  return error.issues.flatMap((issue) => {
    const pointer = issue.path.map((step) => `/${pointerToken(String(step))}`).join('');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        pointer: `${pointer}/${pointerToken(key)}`,
        detail: 'this name is not known here; remove it or check its spelling',
      }));
    }
    return [{ pointer, detail: inSentence(issue.message) }];
  });
}

/** Zod's own texts begin with a capital and name the wrong first: "Invalid input: expected string, received number". */
function inSentence(message: string): string {
  const text = message.replace(/^Invalid input: /, '');
  return text.charAt(0).toLowerCase() + text.slice(1);
}
