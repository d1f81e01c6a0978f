import { Button, Group, Modal, Text } from '@mantine/core';
import { useState } from 'react';
import type { Question } from './questions.tsx';

/** Above the drawers and dialogs that hold forms. */
const aboveForms = 400;

export default function QuestionDialog({
  question,
  decide,
}: {
  /** Null: none is open. */
  readonly question: Question | null;
  readonly decide: (yes: boolean) => void;
}) {
  // What it says stays while it closes.
  const [last, setLast] = useState(question);
  if (question !== null && question !== last) setLast(question);
  const shown = question ?? last;
  if (shown === null) return null;
  return (
    <Modal
      opened={question !== null}
      onClose={() => decide(false)}
      centered
      zIndex={aboveForms}
      title={
        <Text fw={600} component="span">
          {shown.title}
        </Text>
      }
    >
      {shown.body}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={() => decide(false)} data-autofocus>
          {shown.cancel}
        </Button>
        <Button onClick={() => decide(true)} {...(shown.destructive && { color: 'red.9' })}>
          {shown.confirm}
        </Button>
      </Group>
    </Modal>
  );
}
