import type { Webhook, WebhookTestResult } from '@fanfare/client';
import { Alert, Button, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconSend } from '@tabler/icons-react';
import { useState } from 'react';
import { webhookTest as text } from '#strings/webhook-test.ts';
import type { TestChoice } from './search.ts';
import { TestPanel } from './test-panel.tsx';

/** A button that opens the test of settings as they stand in a form. */
export function UnsavedTest({
  subscription,
  note,
  send,
}: {
  readonly subscription: Pick<Webhook, 'format' | 'events'>;
  /** Why what is sent differs from what a saved webhook sends. */
  readonly note: string | undefined;
  readonly send: (choice: TestChoice) => Promise<WebhookTestResult>;
}) {
  const [opened, { open, close }] = useDisclosure();
  const [choice, setChoice] = useState<TestChoice>({});
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconSend size={16} />}
        onClick={() => {
          // What was chosen for another format is no choice any more.
          setChoice({});
          open();
        }}
      >
        {text.unsaved.open}
      </Button>
      <Modal opened={opened} onClose={close} title={text.unsaved.title} size="80rem">
        <Stack>
          <Text size="sm">
            {text.unsaved.detail} {text.detail}
          </Text>
          {note !== undefined && (
            <Alert color="yellow" variant="light">
              {note}
            </Alert>
          )}
          <TestPanel
            subscription={subscription}
            choice={choice}
            onChoice={setChoice}
            send={() => send(choice)}
          />
        </Stack>
      </Modal>
    </>
  );
}
