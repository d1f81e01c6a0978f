import { Badge, Button, Group, Text } from '@mantine/core';
import { IconArrowUp, IconKeyboard, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { history as text } from '#strings/history.ts';
import { count } from '../elements/index.ts';
import { useConnectionState } from '../live/index.ts';
import type { LogState } from './log.ts';

const { tail } = text;

/** Whether new rows come in by themselves, how many wait, and what can be done with the list. */
export function TailBar({
  state: { rows, waiting, waitingMore, hasMore },
  paused,
  setPaused,
  showWaiting,
  showKeys,
  children,
}: {
  readonly state: LogState<unknown>;
  readonly paused: boolean;
  readonly setPaused: (paused: boolean) => void;
  readonly showWaiting: () => void;
  readonly showKeys: () => void;
  readonly children?: ReactNode;
}) {
  const connection = useConnectionState();
  const mark = paused
    ? { label: tail.paused, color: 'gray' }
    : connection === 'open'
      ? { label: tail.live, color: 'green' }
      : { label: tail.stale, color: 'orange' };
  return (
    <Group gap="xs" mih={36}>
      <Badge variant="light" color={mark.color} tt="none" fw={600} role="status">
        {mark.label}
      </Badge>
      <Button
        variant="default"
        size="xs"
        leftSection={paused ? <IconPlayerPlay size={14} /> : <IconPlayerPause size={14} />}
        onClick={() => setPaused(!paused)}
      >
        {paused ? tail.resume : tail.pause}
      </Button>
      {waiting > 0 && (
        <Button variant="light" size="xs" leftSection={<IconArrowUp size={14} />} onClick={showWaiting}>
          {waitingMore ? tail.waitingMany(waiting) : tail.waiting(waiting)}
        </Button>
      )}
      <Text size="xs" c="dimmed" visibleFrom="sm">
        {rows !== undefined && tail.loaded(`${count(rows.length)}${hasMore ? '+' : ''}`)}
      </Text>
      <Group gap="xs" ml="auto">
        {children}
        <Button
          variant="subtle"
          color="gray"
          size="xs"
          leftSection={<IconKeyboard size={15} />}
          onClick={showKeys}
          visibleFrom="sm"
        >
          {tail.keys}
        </Button>
      </Group>
    </Group>
  );
}
