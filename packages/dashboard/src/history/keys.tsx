import { Group, Kbd, Modal, Stack, Switch, Table, Text } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { Fragment, useEffect, useEffectEvent } from 'react';
import { history as text } from '#strings/history.ts';

const { keys } = text;

export interface KeyActions {
  readonly down: () => void;
  readonly up: () => void;
  readonly open: () => void;
  /** Undefined for whoever may not do anything with a selection. */
  readonly select: (() => void) | undefined;
  readonly filter: () => void;
  readonly help: () => void;
}

/** Whether single letters are keys (WCAG 2.1.4: they can be turned off); remembered by the browser. */
export function useLetterKeys() {
  return useLocalStorage({ key: 'fanfare-letter-keys', defaultValue: true, getInitialValueInEffect: false });
}

/** The keys of a list, wherever on the page the focus is, but for fields, buttons' own keys and dialogs. */
export function useKeys(actions: KeyActions, on: boolean): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isTyping(event.target) || document.querySelector('[role="dialog"]') !== null) return;
    const byKey: Readonly<Record<string, (() => void) | undefined>> = {
      j: actions.down,
      k: actions.up,
      o: actions.open,
      x: actions.select,
      '/': actions.filter,
      '?': actions.help,
    };
    const act = byKey[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
  useEffect(() => {
    if (!on) return undefined;
    const listen = (event: KeyboardEvent) => press(event);
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [on]);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target instanceof HTMLTextAreaElement ||
      target instanceof HTMLSelectElement ||
      (target instanceof HTMLInputElement && target.type !== 'checkbox'))
  );
}

const lines: readonly (readonly [keys: readonly string[], what: string])[] = [
  [['j', '↓'], keys.down],
  [['k', '↑'], keys.up],
  [['o', 'Enter'], keys.open],
  [['x', 'Space'], keys.select],
  [['/'], keys.filter],
  [['?'], keys.help],
];

export function KeysDialog({
  opened,
  close,
  maySelect,
}: {
  readonly opened: boolean;
  readonly close: () => void;
  readonly maySelect: boolean;
}) {
  const [on, setOn] = useLetterKeys();
  return (
    <Modal opened={opened} onClose={close} title={keys.title} closeButtonProps={{ 'aria-label': text.close }}>
      <Stack>
        <Table aria-label={keys.title}>
          <Table.Tbody>
            {lines
              .filter(([, what]) => maySelect || what !== keys.select)
              .map(([names, what]) => (
                <Table.Tr key={what}>
                  <Table.Th scope="row" fw={400}>
                    {what}
                  </Table.Th>
                  <Table.Td ta="right">
                    <Group gap={6} justify="flex-end">
                      {names.map((name, index) => (
                        <Fragment key={name}>
                          {index > 0 && (
                            <Text size="xs" c="dimmed" component="span">
                              {keys.or}
                            </Text>
                          )}
                          <Kbd>{name}</Kbd>
                        </Fragment>
                      ))}
                    </Group>
                  </Table.Td>
                </Table.Tr>
              ))}
          </Table.Tbody>
        </Table>
        <Switch
          label={keys.switch}
          description={keys.switchDetail}
          checked={on}
          onChange={({ currentTarget }) => setOn(currentTarget.checked)}
        />
      </Stack>
    </Modal>
  );
}
