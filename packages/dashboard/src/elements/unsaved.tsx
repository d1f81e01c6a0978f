import { Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useBlocker } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { forms as text } from '#strings/forms.ts';

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
    shouldBlockFn: async () => !released.current && !(await wantsToLeave()),
  });
  return () => {
    released.current = true;
  };
}

function wantsToLeave(): Promise<boolean> {
  return new Promise((resolve) => {
    modals.openConfirmModal({
      title: (
        <Text fw={600} component="span">
          {text.unsaved.title}
        </Text>
      ),
      centered: true,
      // Above the drawers and dialogs that hold forms.
      zIndex: 400,
      children: <Text size="sm">{text.unsaved.consequence}</Text>,
      labels: { confirm: text.unsaved.leave, cancel: text.unsaved.stay },
      confirmProps: { color: 'red.9' },
      onConfirm: () => resolve(true),
      // Also after a confirmation, when it is decided already.
      onClose: () => resolve(false),
    });
  });
}
