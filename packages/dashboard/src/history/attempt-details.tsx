import type { Attempt } from '@fanfare/client';
import { Alert, Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { history } from '#strings/history.ts';
import { Moment, SourceText } from '../elements/index.ts';
import { outcomeWords } from './answer-words.ts';
import { RequestDetails } from './request-details.tsx';
import { Timings } from './timings.tsx';

const { attempt: text, delivery } = history;

/** All that is known of one attempt. */
export function AttemptDetails({ attempt }: { readonly attempt: Attempt }) {
  const { number, resend, started_at, acknowledged, message, request, response } = attempt;
  const outcome = outcomeWords({ outcome: attempt.outcome, status: response?.status ?? null });
  return (
    <Stack gap="lg">
      <Stack gap="xs">
        <Group justify="space-between" gap="xs">
          <Title order={2} size="h4">
            {resend ? delivery.resendAttempt : text.title(number)} · {outcome}
          </Title>
          <Text size="sm" c="dimmed">
            <Moment at={started_at} />
          </Text>
        </Group>
        <Alert
          variant="light"
          color={acknowledged ? 'green' : 'red'}
          icon={acknowledged ? <IconCheck /> : <IconAlertTriangle />}
          title={acknowledged ? text.acknowledged : (message ?? outcome)}
        />
      </Stack>
      <Card withBorder padding="md">
        <Stack gap="sm">
          <Title order={3} size="h5">
            {text.timings}
          </Title>
          <Timings timings={attempt.timings} address={attempt.address} />
        </Stack>
      </Card>
      <section aria-label={text.request}>
        <Stack gap="sm">
          <Title order={3} size="h5">
            {text.request}
          </Title>
          <RequestDetails request={request} />
        </Stack>
      </section>
      <section aria-label={text.response}>
        <Stack gap="sm">
          <Title order={3} size="h5">
            {text.response}
          </Title>
          {response === null ? (
            <Text size="sm" c="dimmed">
              {text.noResponse}
            </Text>
          ) : (
            <ResponseDetails response={response} complete={attempt.outcome === 'answered'} />
          )}
        </Stack>
      </section>
    </Stack>
  );
}

/** What a stranger answered: text, whatever it holds. */
function ResponseDetails({
  response: { status, headers, body, body_encoding, body_cut },
  complete,
}: {
  readonly response: NonNullable<Attempt['response']>;
  readonly complete: boolean;
}) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const notes = [
    !complete && text.partialResponse,
    body_encoding === 'base64' && text.base64,
    body_cut && text.cut,
  ].filter(Boolean);
  return (
    <>
      <SourceText
        value={[`HTTP/1.1 ${status}`, ...lines].join('\n')}
        language="http"
        what={text.responseHeaders}
        maxHeight={260}
      />
      {notes.length > 0 && (
        <Text size="sm" c="dimmed">
          {notes.join(' ')}
        </Text>
      )}
      <SourceText value={body} language={isJson(body) ? 'json' : 'plain'} what={text.responseBody} />
    </>
  );
}

function isJson(text: string): boolean {
  return /^\s*[[{]/.test(text);
}
