/**
 * The Fanfare API in types, in Node and in browsers, without dependencies. What a call takes and what it answers is
 * generated from spec/openapi.json; docs/client.md shows how to use it.
 */

export type * from './api.generated.ts';
export { type ClientSettings, createClient, type FanfareClient } from './client.ts';
export { ApiProblem, NoAnswer, type ProblemCode, UnexpectedAnswer } from './failures.ts';
export type {
  BodyOf,
  CallSettings,
  InputOf,
  ItemOf,
  ListPath,
  MessagesOf,
  Method,
  OperationId,
  Resulting,
  Taking,
} from './operations.ts';
export type { RetryPolicy } from './retry.ts';
export type { Fetch, FetchAnswer, FetchRequest } from './transport.ts';
