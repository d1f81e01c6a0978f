import type { Routes } from '@fanfare/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
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

/** A call that changes something. `error` keeps why it could not be done. */
export function useChange<Input, Output>(
  call: (input: Input) => Promise<Output>,
  { changes = [], done, onDone, problem }: ChangeSettings<Input, Output> = {},
) {
  const changed = useChanged();
  return useMutation({
    mutationFn: call,
    onSuccess: async (output, input) => {
      await changed(...changes);
      if (done !== undefined) notifyDone(typeof done === 'string' ? done : done(output, input));
      onDone?.(output, input);
    },
    onError: (error) => {
      if (problem !== 'shown') notifyProblem(error);
    },
  });
}
