import { Button, Paper, Stack, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconUserPlus } from '@tabler/icons-react';
import { team as text } from '#strings/team.ts';
import { Nothing, Page } from '../elements/index.ts';
import { useMay } from '../session/index.ts';
import { Invitations } from './invitations.tsx';
import { Invite } from './invite.tsx';
import { Members } from './members.tsx';

export function TeamPage() {
  const may = useMay('team');
  const [inviting, { open, close }] = useDisclosure();
  if (!may) {
    return (
      <Page title={text.title}>
        <Paper withBorder radius="md">
          <Nothing {...text.notYours} />
        </Paper>
      </Page>
    );
  }
  return (
    <Page
      title={text.title}
      description={text.description}
      actions={
        <Button leftSection={<IconUserPlus size={16} />} onClick={open}>
          {text.invite.open}
        </Button>
      }
    >
      <Stack gap="sm">
        <Title order={2} size="h4">
          {text.members.title}
        </Title>
        <Members />
      </Stack>
      <Invitations onInvite={open} />
      <Invite opened={inviting} onClose={close} />
    </Page>
  );
}
