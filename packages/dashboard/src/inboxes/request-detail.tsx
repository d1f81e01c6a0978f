import type { InboxRequest } from '@fanfare/client';
import { Alert, Anchor, Card, Group, Stack, Table, Text, Title } from '@mantine/core';
import { IconShieldCheck, IconShieldQuestion } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { inboxes } from '#strings/inboxes.ts';
import { exactTime, Moment, SourceText } from '../elements/index.ts';
import { useWebhookNames } from '../pickers/index.ts';
import { answerOf } from './answer-words.ts';
import { requestCurl } from './request-curl.ts';

const text = inboxes.requests;

/** All of one request: whether its signature holds, and what stood in it. Strangers may have sent it: it is text. */
export function RequestDetail({ request }: { readonly request: InboxRequest }) {
  const { method, target, received_at, answered, headers } = request;
  const query = [...new URLSearchParams(target.split('?')[1] ?? '')];
  return (
    <Card withBorder padding="md" component="article" aria-label={text.name(method, target)}>
      <Stack gap="md">
        <div>
          <Title order={3} size="h5" style={{ overflowWrap: 'anywhere' }} ff="monospace">
            {method} {target}
          </Title>
          <Text size="sm" c="dimmed" component="div">
            {text.received} <Moment at={received_at} /> ({exactTime(received_at)}) · {text.answered}{' '}
            {answerOf(answered)}
          </Text>
        </div>
        <Signature request={request} />
        {query.length > 0 && <Pairs title={text.query} label={text.queryLabel} pairs={query} />}
        <Body request={request} />
        <Pairs title={text.headers} label={text.headersLabel} pairs={headers} />
        <SourceText
          value={requestCurl(request, location.origin)}
          language="bash"
          what={text.theCommand}
          title={text.asCurl}
          maxHeight={220}
        />
      </Stack>
    </Card>
  );
}

function Signature({ request: { verification } }: { readonly request: InboxRequest }) {
  const { verified, by, message } = verification;
  return (
    <Alert
      color={verified ? 'green' : 'gray'}
      variant="light"
      icon={verified ? <IconShieldCheck /> : <IconShieldQuestion />}
      title={verified ? text.verified : text.unverified}
    >
      {!verified && message}
      {verified && by === 'inbox' && text.byInbox}
      {verified && by !== null && by !== 'inbox' && (
        <>
          {text.byWebhook} <WebhookLink id={by.webhook_id} />.
        </>
      )}
    </Alert>
  );
}

function WebhookLink({ id }: { readonly id: string }) {
  const name = useWebhookNames([id]).get(id);
  return (
    <Anchor
      inherit
      c="inherit"
      underline="always"
      renderRoot={(props) => <Link to="/webhooks/$webhookId" params={{ webhookId: id }} {...props} />}
    >
      {name ?? id}
    </Anchor>
  );
}

function Body({ request: { body, body_encoding, body_cut, headers } }: { readonly request: InboxRequest }) {
  if (body === '') {
    return (
      <Text size="sm" c="dimmed">
        {text.noBody}
      </Text>
    );
  }
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  return (
    <Stack gap={4}>
      <SourceText
        value={body}
        language={body_encoding === 'utf-8' && /json/i.test(type) ? 'json' : 'plain'}
        what={text.theBody}
        title={type === '' ? text.body : `${text.body} · ${type}`}
      />
      {(body_cut || body_encoding === 'base64') && (
        <Text size="xs" c="dimmed">
          {[body_cut && text.bodyCut, body_encoding === 'base64' && text.binary].filter(Boolean).join(' ')}
        </Text>
      )}
    </Stack>
  );
}

function Pairs({
  title,
  label,
  pairs,
}: {
  readonly title: string;
  readonly label: string;
  readonly pairs: readonly (readonly [string, string])[];
}) {
  return (
    <div>
      <Group mb={4}>
        <Text size="sm" fw={600}>
          {title}
        </Text>
      </Group>
      <Table aria-label={label} fz="xs" verticalSpacing={4} withTableBorder layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col" w="36%">
              {text.columns.name}
            </Table.Th>
            <Table.Th scope="col">{text.columns.value}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {pairs.map(([name, value], index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: names may come more than once; the list never changes.
            <Table.Tr key={index}>
              <Table.Td ff="monospace" style={{ overflowWrap: 'anywhere' }}>
                {name}
              </Table.Td>
              <Table.Td ff="monospace" style={{ overflowWrap: 'anywhere' }}>
                {value}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
