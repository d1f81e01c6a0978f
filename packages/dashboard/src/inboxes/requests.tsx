import type { Inbox, InboxRequest } from '@fanfare/client';
import { Badge, Box, Button, Grid, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconArrowLeft, IconInbox } from '@tabler/icons-react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { inboxes } from '#strings/inboxes.ts';
import { useList, useRead } from '../api/index.ts';
import { Moment, Nothing, Problem, SourceText } from '../elements/index.ts';
import { useReadAnew } from '../live/index.ts';
import { answerOf, inboxUrl } from './answer-words.ts';
import { RequestDetail } from './request-detail.tsx';
import classes from './requests.module.css';

const text = inboxes.requests;
const route = getRouteApi('/signed-in/inboxes/$inboxId');

/** What an inbox received, as it arrives, and the one that the address names in full. */
export function Requests({ inbox }: { readonly inbox: Inbox }) {
  const { request: chosen } = route.useSearch();
  const phone = useMediaQuery('(max-width: 62em)') ?? false;
  const requests = useList('/v1/inboxes/{id}/requests', { path: { id: inbox.id } });
  useReadAnew(
    ['/v1/inboxes/{id}/requests'],
    (message) => message.kind === 'inbox' && message.data.inbox_id === inbox.id,
  );

  const list =
    requests.rows === undefined ? (
      <Loading />
    ) : (
      <Stack gap="xs">
        <Paper withBorder radius="md" component="ul" aria-label={text.label} className={classes.list}>
          {requests.rows.map((request) => (
            <li key={request.id}>
              <Entry request={request} chosen={chosen} alone={phone} />
            </li>
          ))}
        </Paper>
        {requests.hasNextPage && (
          <Button
            variant="default"
            mx="auto"
            loading={requests.isFetchingNextPage}
            onClick={() => void requests.fetchNextPage()}
          >
            {text.more}
          </Button>
        )}
      </Stack>
    );

  return (
    <Stack gap="sm" component="section">
      <Group gap="sm" align="baseline">
        <Title order={2} size="h4">
          {text.title}
        </Title>
        <Text size="sm" c="dimmed">
          {text.watching}
        </Text>
      </Group>
      {requests.error !== null && <Problem error={requests.error} again={() => void requests.refetch()} />}
      {requests.rows?.length === 0 ? (
        <NothingYet inbox={inbox} />
      ) : phone ? (
        chosen === undefined ? (
          list
        ) : (
          <Stack gap="sm">
            <Group>
              <Button
                variant="default"
                size="xs"
                leftSection={<IconArrowLeft size={14} />}
                renderRoot={(props) => <Link from="/inboxes/$inboxId" search={{}} replace {...props} />}
              >
                {text.back}
              </Button>
            </Group>
            <Chosen inboxId={inbox.id} requestId={chosen} />
          </Stack>
        )
      ) : (
        <Grid gap="md">
          <Grid.Col span={5}>{list}</Grid.Col>
          <Grid.Col span={7} className={classes.detail}>
            {chosen === undefined ? (
              <Paper withBorder radius="md" p="xl">
                <Text c="dimmed" ta="center">
                  {text.choose}
                </Text>
              </Paper>
            ) : (
              <Chosen inboxId={inbox.id} requestId={chosen} />
            )}
          </Grid.Col>
        </Grid>
      )}
    </Stack>
  );
}

function Entry({
  request,
  chosen,
  alone,
}: {
  readonly request: InboxRequest;
  /** Which of all is shown. */
  readonly chosen: string | undefined;
  /** Whether the one that is shown takes the place of the list. */
  readonly alone: boolean;
}) {
  const { id, method, received_at, answered } = request;
  const isChosen = id === chosen;
  return (
    <Link
      from="/inboxes/$inboxId"
      search={{ request: id }}
      // The browser's way back leads from the first one to the list.
      replace={chosen !== undefined}
      resetScroll={alone}
      className={classes.entry}
      data-chosen={isChosen || undefined}
      aria-current={isChosen ? 'true' : undefined}
    >
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Text size="sm" fw={600} truncate>
          {text.name(method, whatCame(request))}
        </Text>
        <Box className={classes.when}>
          <Moment at={received_at} />
        </Box>
      </Group>
      <Group gap="xs" mt={4}>
        <Verified request={request} />
        <Text size="xs" c="dimmed">
          {text.answered} {answerOf(answered)}
        </Text>
      </Group>
    </Link>
  );
}

/** What tells requests apart: the type of the event where the body names one, else the path below the inbox. */
function whatCame({ body, body_encoding, target }: InboxRequest): string {
  const below = target.replace(/^\/inbox\/[^/?]+/, '') || '/';
  if (body_encoding !== 'utf-8' || !body.startsWith('{')) return below;
  const type = /"(?:type|event|name)":"([\w.:-]{1,80})"/.exec(body)?.[1];
  return type ?? below;
}

function Verified({ request: { verification } }: { readonly request: InboxRequest }) {
  if (verification.verified) {
    return (
      <Badge color="green" variant="light" tt="none">
        {text.verified}
      </Badge>
    );
  }
  const unsigned = verification.reason === 'missing_headers';
  return (
    <Badge color={unsigned ? 'gray' : 'red'} variant="light" tt="none">
      {unsigned ? text.unsigned : text.unverified}
    </Badge>
  );
}

function Chosen({ inboxId, requestId }: { readonly inboxId: string; readonly requestId: string }) {
  const request = useRead('/v1/inboxes/{id}/requests/{request_id}', {
    path: { id: inboxId, request_id: requestId },
  });
  if (request.error !== null && request.data?.id !== requestId) return <Problem error={request.error} />;
  if (request.data === undefined) return <Skeleton h={420} radius="md" />;
  return <RequestDetail request={request.data} />;
}

function NothingYet({ inbox }: { readonly inbox: Inbox }) {
  const { title, description, try: what, tryTitle } = text.empty;
  return (
    <Paper withBorder radius="md">
      <Nothing title={title} description={description} icon={<IconInbox />} />
      <Box px="md" pb="md">
        <SourceText
          value={`curl -sS ${inboxUrl(inbox)} -H 'Content-Type: application/json' -d '{"hello":"world"}'`}
          language="bash"
          what={what}
          title={tryTitle}
        />
      </Box>
    </Paper>
  );
}

function Loading() {
  return (
    <Stack gap="xs" aria-busy="true">
      {['a', 'b', 'c', 'd'].map((key) => (
        <Skeleton key={key} h={58} radius="md" />
      ))}
    </Stack>
  );
}
