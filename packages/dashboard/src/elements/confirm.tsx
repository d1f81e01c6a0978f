import { List, Text } from '@mantine/core';
import { elements as text } from '#strings/elements.ts';
import { ask } from './questions.tsx';

export interface Confirmation {
  /** As "Delete the webhook Orders". */
  readonly title: string;
  /** What is lost or set in motion, and whether it can be undone. */
  readonly consequence: string;
  /** What it concerns, one by one, where it is more than the title says. */
  readonly names?: readonly string[];
  /** The verb on the button: "Delete". */
  readonly confirm: string;
  /** False for what destroys nothing. */
  readonly destructive?: boolean;
  readonly onConfirm: () => void;
}

/** Asks before something is done that cannot be undone by a click. */
export function confirmFirst({
  title,
  consequence,
  names = [],
  confirm,
  destructive = true,
  onConfirm,
}: Confirmation): void {
  ask({
    title,
    body: (
      <>
        <Text size="sm">{consequence}</Text>
        {names.length > 0 && (
          <List size="sm" mt="sm">
            {names.map((name) => (
              <List.Item key={name}>{name}</List.Item>
            ))}
          </List>
        )}
      </>
    ),
    confirm,
    cancel: text.cancel,
    destructive,
    answer: (yes) => yes && onConfirm(),
  });
}
