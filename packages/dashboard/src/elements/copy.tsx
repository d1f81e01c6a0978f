import { ActionIcon, CopyButton as Copying, Group, Text, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { elements as text } from '#strings/elements.ts';

/** `what` is copied, as in "Copy the URL". */
export function CopyButton({ value, what }: { readonly value: string; readonly what: string }) {
  return (
    <Copying value={value} timeout={1_500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? text.copied : text.copy(what)} withArrow>
          <ActionIcon
            variant="subtle"
            color={copied ? 'green' : 'gray'}
            size="sm"
            onClick={copy}
            aria-label={copied ? text.copied : text.copy(what)}
          >
            {copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
          </ActionIcon>
        </Tooltip>
      )}
    </Copying>
  );
}

/** An id, a URL or a token: in type where letters cannot be confused, with a button that copies it. */
export function Copyable({ value, what }: { readonly value: string; readonly what: string }) {
  return (
    <Group gap={4} wrap="nowrap" miw={0} maw="100%" component="span" display="inline-flex">
      <Text component="span" ff="monospace" size="sm" truncate miw={0} title={value}>
        {value}
      </Text>
      <CopyButton value={value} what={what} />
    </Group>
  );
}
