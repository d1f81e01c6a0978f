import { Paper } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { webhookPage } from '#strings/webhook-page.ts';
import { Nothing } from '../elements/index.ts';

/** In the place of what whoever is signed in may not do; nothing leads there. */
export function NotYours() {
  return (
    <Paper withBorder>
      <Nothing {...webhookPage.notYours} icon={<IconLock />} />
    </Paper>
  );
}
