import type { WebhookTestResult } from '@fanfare/client';
import { Alert, Badge, Card, DataList, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { webhookTest } from '#strings/webhook-test.ts';
import { duration, SourceText } from '../../elements/index.ts';

const { result: words } = webhookTest;
const phases = ['dns_ms', 'connect_ms', 'tls_ms', 'wait_ms', 'read_ms', 'total_ms'] as const;

/** What a test sent, and what came back: Response body and Response result. */
export function TestResult({
  result,
  headings = 2,
}: {
  readonly result: WebhookTestResult;
  /** Of its two parts. */
  readonly headings?: 2 | 4;
}) {
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md" aria-live="polite">
      <Stack gap="xs" component="section" miw={0}>
        <Title order={headings} size="h5">
          {words.body}
        </Title>
        <Text size="sm" c="dimmed">
          {words.bodyDetail}
        </Text>
        <SourceText
          value={result.response_body}
          language={isJson(result.response_body) ? 'json' : 'plain'}
          what={words.bodyWhat}
          title={`${result.event_type}${result.scope === null ? '' : ` · ${result.scope}`}`}
        />
        <SourceText
          value={[
            `${result.request.method} ${result.request.url}`,
            ...headerLines(result.request.headers),
          ].join('\n')}
          language="plain"
          what={words.headersWhat}
          title={words.requestHeaders}
          maxHeight={240}
        />
      </Stack>
      <Stack gap="xs" component="section" miw={0}>
        <Title order={headings} size="h5">
          {words.result}
        </Title>
        <Answer result={result} />
      </Stack>
    </SimpleGrid>
  );
}

function Answer({
  result: { response_result: answer, signed, timings },
}: {
  readonly result: WebhookTestResult;
}) {
  return (
    <>
      <Text size="sm">{answer.summary}</Text>
      {!signed && (
        <Alert color="yellow" variant="light" py="xs">
          {words.unsigned}
        </Alert>
      )}
      <Card withBorder padding="md">
        <DataList labelWidth={80}>
          <DataList.Item>
            <DataList.ItemLabel>{words.success}</DataList.ItemLabel>
            <DataList.ItemValue>
              <Text size="sm" fw={600} component="span">
                {words.values[`${answer.success}`]}
              </Text>
            </DataList.ItemValue>
          </DataList.Item>
          <DataList.Item>
            <DataList.ItemLabel>{words.status}</DataList.ItemLabel>
            <DataList.ItemValue>
              <Text size="sm" fw={600} component="span" mr="xs">
                {answer.status ?? words.noStatus}
              </Text>
              <Badge color={answer.acknowledged ? 'green' : 'red'} variant="light" tt="none">
                {answer.acknowledged ? words.accepted : words.notAccepted}
              </Badge>
            </DataList.ItemValue>
          </DataList.Item>
        </DataList>
        <Text size="xs" c="dimmed" mt="sm">
          {words.successMeaning}
        </Text>
      </Card>
      <SourceText
        value={answer.data}
        language={isJson(answer.data) ? 'json' : 'plain'}
        what={words.dataWhat}
        title={words.data}
        maxHeight={240}
      />
      {Object.keys(answer.headers).length > 0 && (
        <SourceText
          value={headerLines(answer.headers).join('\n')}
          language="plain"
          what={words.answerHeadersWhat}
          title={words.answerHeaders}
          maxHeight={160}
        />
      )}
      <Text size="xs" c="dimmed">
        {phases
          .filter((phase) => timings[phase] !== null)
          .map((phase) => `${words.timings[phase]} ${duration(timings[phase])}`)
          .join(' · ')}
      </Text>
    </>
  );
}

function headerLines(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
}

function isJson(text: string): boolean {
  return /^\s*[[{]/.test(text);
}
