import type { Routes } from '@fanfare/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef } from 'react';
import { notifyDone, notifyProblem } from './notices.ts';

/** What can be read. */
export type ReadPath = keyof Routes['GET'];

/** Reads anew whatever was read below the paths: after a change, or when somebody else made one. */
export function useChanged(): (...paths: readonly ReadPath[]) => Promise<void> {
  const queries = useQueryClient();
  return useCallback(
    (...paths) =>
      queries.invalidateQueries({
        predicate: ({ queryKey }) => paths.some((path) => isBelow(String(queryKey[0]), path)),
      }),
    [queries],
  );
}

function isBelow(read: string, changed: string): boolean {
  return read === changed || read.startsWith(`${changed}/`);
}

export interface ChangeSettings<Input, Output> {
  /** What is read anew once it is done. */
  readonly changes?: readonly ReadPath[];
  /** Said in a corner of the page; nothing is when the page shows it anyway. */
  readonly done?: string | ((output: Output, input: Input) => string);
  readonly onDone?: (output: Output, input: Input) => void;
  /** `shown`: the form shows what went wrong where it belongs. Otherwise it is said in a corner. */
  readonly problem?: 'shown';
}

/**
 * A call that changes something. `error` keeps why it could not be done. The same once more, before the first is
 * answered, is the second half of a double click: it is not called again.
 */
export function useChange<Input, Output>(
  call: (input: Input) => Promise<Output>,
  { changes = [], done, onDone, problem }: ChangeSettings<Input, Output> = {},
) {
  const changed = useChanged();
  const underWay = useRef(new Set<string>());
  const mutation = useMutation({
    mutationFn: call,
    onSuccess: async (output, input) => {
      await changed(...changes);
      if (done !== undefined) notifyDone(typeof done === 'string' ? done : done(output, input));
      onDone?.(output, input);
    },
    onError: (error) => {
      if (problem !== 'shown') notifyProblem(error);
    },
    onSettled: (_output, _error, input) => underWay.current.delete(nameOf(input)),
  });
  const { mutate: start } = mutation;
  const mutate: typeof start = useCallback(
    (...args) => {
      const name = nameOf(args[0]);
      if (underWay.current.has(name)) return;
      underWay.current.add(name);
      start(...args);
    },
    [start],
  );
  const { reset: forget } = mutation;
  const reset = useCallback(() => {
    underWay.current.clear();
    forget();
  }, [forget]);
  return { ...mutation, mutate, reset };
}

const nameOf = (input: unknown) => JSON.stringify(input) ?? '';
