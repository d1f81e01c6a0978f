import { Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { forms as text } from '#strings/forms.ts';
import { ask } from './questions.tsx';

/**
 * Asks before somebody leaves a page or closes a form whose changes would be lost. What it gives is called right before
 * leaving on purpose, once they are saved.
 */
export function useUnsavedGuard(dirty: boolean): () => void {
  const released = useRef(false);
  useEffect(() => {
    if (dirty) released.current = false;
  }, [dirty]);
  useBlocker({
    disabled: !dirty,
    enableBeforeUnload: () => dirty && !released.current,
    shouldBlockFn: async ({ next }) =>
      !released.current && !(await wantsToLeave(next.pathname === '/sign-in')),
  });
  return () => {
    released.current = true;
  };
}

/** Nobody goes to the sign-in page but whose session has ended. */
function wantsToLeave(ended: boolean): Promise<boolean> {
  return new Promise((resolve) => {
    ask({
      title: ended ? text.unsaved.endedTitle : text.unsaved.title,
      body: <Text size="sm">{ended ? text.unsaved.ended : text.unsaved.consequence}</Text>,
      confirm: text.unsaved.leave,
      cancel: text.unsaved.stay,
      destructive: true,
      answer: resolve,
    });
  });
}
