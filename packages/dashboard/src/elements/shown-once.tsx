import { Alert, Code, Group, Modal, type ModalProps, Text } from '@mantine/core';
import { IconEyeExclamation } from '@tabler/icons-react';
import { createContext, use, useEffect, useState } from 'react';
import { elements as text } from '#strings/elements.ts';
import { CopyButton } from './copy.tsx';

const ShowingContext = createContext<(isShown: boolean) => void>(() => undefined);

/** A dialog that makes something which is `ShownOnce`. While it is shown, neither Escape nor a click beside closes it. */
export function ShownOnceDialog({ children, ...dialog }: ModalProps) {
  const [isShown, setShown] = useState(false);
  return (
    <Modal size="lg" closeOnClickOutside={false} closeOnEscape={!isShown} {...dialog}>
      <ShowingContext value={setShown}>{children}</ShowingContext>
    </Modal>
  );
}

/** A secret or a token that nobody can look up later. */
export function ShownOnce({ value, what }: { readonly value: string; readonly what: string }) {
  const tell = use(ShowingContext);
  useEffect(() => {
    tell(true);
    return () => tell(false);
  }, [tell]);
  return (
    <Alert color="yellow" variant="light" icon={<IconEyeExclamation />} title={text.shownOnce.title(what)}>
      <Text size="sm" mb="xs">
        {text.shownOnce.detail}
      </Text>
      <Group gap="xs" wrap="nowrap" miw={0}>
        <Code fz="sm" p="xs" style={{ overflowWrap: 'anywhere', userSelect: 'all' }} aria-label={what}>
          {value}
        </Code>
        <CopyButton value={value} what={what} />
      </Group>
    </Alert>
  );
}
