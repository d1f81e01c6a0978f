import { Alert } from '@mantine/core';
import { IconLinkOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';

/** Instead of a form that nothing could come of. */
export function LinkMissing({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Alert color="yellow" variant="light" icon={<IconLinkOff />} title={title}>
      {children}
    </Alert>
  );
}
