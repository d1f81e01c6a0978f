import { List, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { elements as text } from '#strings/elements.ts';

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
  modals.openConfirmModal({
    title: (
      <Text fw={600} component="span">
        {title}
      </Text>
    ),
    centered: true,
    children: (
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
    labels: { confirm, cancel: text.cancel },
    confirmProps: destructive ? { color: 'red.9' } : {},
    onConfirm,
  });
}
