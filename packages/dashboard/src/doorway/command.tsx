import { Code, Group } from '@mantine/core';
import { CopyButton } from '../elements/index.ts';

/** What somebody has to run where Fanfare runs. */
export function Command({ children }: { readonly children: string }) {
  return (
    <Group gap={4} wrap="nowrap" mt={4}>
      <Code fz="sm" style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Code>
      <CopyButton value={children} what={children} />
    </Group>
  );
}
