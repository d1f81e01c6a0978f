import type { Inbox } from '@fanfare/client';
import { ActionIcon, Button, Card, Group, Menu, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDots, IconWebhook } from '@tabler/icons-react';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { frame } from '#strings/frame.ts';
import { inboxes } from '#strings/inboxes.ts';
import { fanfare, isMissing, useChange, useChanged, useRead } from '../api/index.ts';
import { Copyable, confirmFirst, count, Page, Problem, SourceText } from '../elements/index.ts';
import { PagePlaceholder } from '../frame/index.ts';
import { useMay } from '../session/index.ts';
import { answerWords, inboxUrl } from './answer-words.ts';
import { headerLines } from './header-lines.ts';
import { InboxDialog } from './inbox-form.tsx';
import { Requests } from './requests.tsx';

const route = getRouteApi('/signed-in/inboxes/$inboxId');
const text = inboxes.page;
const crumbs = [{ label: frame.pages.inboxes, to: '/inboxes' }] as const;

export function InboxPage() {
  const { inboxId } = route.useParams();
  const found = useRead('/v1/inboxes/{id}', { path: { id: inboxId } });
  if (found.error !== null && (found.data === undefined || isMissing(found.error))) {
    return (
      <Page title={inboxId} crumbs={crumbs}>
        <Problem error={found.error} again={() => void found.refetch()} />
      </Page>
    );
  }
  return found.data === undefined ? <PagePlaceholder /> : <Shown inbox={found.data} />;
}

function Shown({ inbox }: { readonly inbox: Inbox }) {
  return (
    <Page title={inbox.name} crumbs={crumbs} actions={<Actions inbox={inbox} />}>
      <Card withBorder padding="md">
        <Group gap="xl" align="flex-start">
          <Fact label={text.url} note={text.urlHint}>
            <Copyable value={inboxUrl(inbox)} what={inboxes.theUrl} />
          </Fact>
          <Fact label={text.answers} note={inbox.has_secret ? text.hasSecret : text.noSecret}>
            {answerWords(inbox.answer)}
          </Fact>
        </Group>
        {!inbox.answer.reset && inbox.answer.body !== '' && (
          <Stack mt="md">
            <SourceText
              value={inbox.answer.body}
              language="json"
              what={text.answerBody}
              title={headerLines(inbox.answer.headers)}
              maxHeight={160}
            />
          </Stack>
        )}
      </Card>
      <Requests inbox={inbox} />
    </Page>
  );
}

function Fact({
  label,
  note,
  children,
}: {
  readonly label: string;
  readonly note: string;
  readonly children: ReactNode;
}) {
  return (
    <div style={{ minWidth: 0, maxWidth: '100%' }}>
      <Text size="xs" c="dimmed" fw={600}>
        {label}
      </Text>
      <Text size="sm" component="div">
        {children}
      </Text>
      <Text size="xs" c="dimmed">
        {note}
      </Text>
    </div>
  );
}

function Actions({ inbox }: { readonly inbox: Inbox }) {
  const { id, name } = inbox;
  const navigate = useNavigate();
  const changed = useChanged();
  const [editing, { open, close }] = useDisclosure();
  const clear = useChange(() => fanfare.delete('/v1/inboxes/{id}/requests', { path: { id } }), {
    changes: ['/v1/inboxes/{id}/requests'],
    done: ({ deleted }) => text.clear.done(count(deleted)),
    onDone: () => void navigate({ to: '/inboxes/$inboxId', params: { inboxId: id }, search: {} }),
  });
  const remove = useChange(() => fanfare.delete('/v1/inboxes/{id}', { path: { id } }), {
    done: text.delete.done(name),
    // First away from here: what is deleted cannot be read anew.
    onDone: () => void navigate({ to: '/inboxes' }).then(() => changed('/v1/inboxes')),
  });
  if (!useMay('webhooks')) return null;
  return (
    <>
      <Button
        leftSection={<IconWebhook size={16} />}
        onClick={() => void navigate({ to: '/webhooks/new', search: { url: inboxUrl(inbox) } })}
      >
        {text.webhook}
      </Button>
      <Button variant="default" onClick={open}>
        {text.edit}
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size="lg" aria-label={text.more}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            onClick={() =>
              confirmFirst({
                title: text.clear.title(name),
                consequence: text.clear.consequence,
                confirm: text.clear.confirm,
                onConfirm: () => clear.mutate(undefined),
              })
            }
          >
            {text.clear.action}
          </Menu.Item>
          <Menu.Item
            onClick={() =>
              confirmFirst({
                title: text.delete.title(name),
                consequence: text.delete.consequence,
                confirm: text.delete.confirm,
                onConfirm: () => remove.mutate(undefined),
              })
            }
          >
            {text.delete.action}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <InboxDialog inbox={inbox} opened={editing} onClose={close} />
    </>
  );
}
