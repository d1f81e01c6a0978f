import { Alert, Code, Group, Text } from '@mantine/core';
import { IconEyeExclamation } from '@tabler/icons-react';
import { elements as text } from '#strings/elements.ts';
import { CopyButton } from './copy.tsx';

/** A secret or a token that nobody can look up later. */
export function ShownOnce({ value, what }: { readonly value: string; readonly what: string }) {
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
