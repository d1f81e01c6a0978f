import type { Operations, Routes } from './api.generated.ts';
import type { RetryPolicy } from './retry.ts';

export type Method = keyof Routes;
export type OperationId = keyof Operations;

/** What may be said with any call. */
export interface CallSettings {
  /** Ends the call, its retries included; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Instead of what the client was made with. */
  readonly retry?: Partial<RetryPolicy> | false | undefined;
  /** Further headers, of a proxy say. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

interface Operation {
  readonly input: object;
  readonly answers: object;
}

/** What an operation takes: `Taking<'createWebhook'>['body']`. */
export type Taking<Id extends OperationId> = Operations[Id]['input'];
/** What an operation answers: `Resulting<'getWebhook'>`. */
export type Resulting<Id extends OperationId> = BodyOf<Operations[Id]>;

/** What an operation that streams tells, by the name of the message: `MessagesOf<'watchOrganization'>['change']`. */
export type MessagesOf<Id extends OperationId> = Operations[Id] extends { readonly messages: infer Messages }
  ? Messages
  : never;

export type BodyOf<O> = O extends Operation ? O['answers'][keyof O['answers']] : never;

/** The input is left out where nothing of it is required. */
export type InputOf<O> = O extends Operation
  ? Record<never, never> extends O['input']
    ? [input?: O['input'] & CallSettings]
    : [input: O['input'] & CallSettings]
  : never;

/** With the status, by which answers can be told apart. */
export type AnswerOf<O> = O extends Operation
  ? {
      [Status in keyof O['answers']]: {
        readonly status: Status;
        readonly body: O['answers'][Status];
        readonly headers: { get(name: string): string | null };
      };
    }[keyof O['answers']]
  : never;

interface Page<Item> {
  readonly data: readonly Item[];
  readonly next_cursor: string | null;
}

interface List {
  readonly input: { readonly query?: { readonly cursor?: string | undefined } };
  readonly answers: { readonly 200: Page<unknown> };
}

type Gets = Routes['GET'];

/** Paths of lists that are read page by page. */
export type ListPath = { [Path in keyof Gets]: Gets[Path] extends List ? Path : never }[keyof Gets];

export type ItemOf<O> = O extends { readonly answers: { readonly 200: Page<infer Item> } } ? Item : never;

/** Paths that answer text of any length, which is better read as it comes. */
export type StreamPath = {
  [Path in keyof Gets]: Gets[Path] extends { readonly streams: true } ? Path : never;
}[keyof Gets];
