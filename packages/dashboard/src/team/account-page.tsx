import { Stack } from '@mantine/core';
import { account as text } from '#strings/account.ts';
import { Page } from '../elements/index.ts';
import { OwnEmail } from './own-email.tsx';
import { OwnName } from './own-name.tsx';
import { OwnOrganizations } from './own-organizations.tsx';
import { OwnPassword } from './own-password.tsx';
import { OwnSessions } from './own-sessions.tsx';

export function AccountPage() {
  return (
    <Page title={text.title}>
      <Stack maw={860}>
        <OwnName />
        <OwnEmail />
        <OwnPassword />
        <OwnSessions />
        <OwnOrganizations />
      </Stack>
    </Page>
  );
}
