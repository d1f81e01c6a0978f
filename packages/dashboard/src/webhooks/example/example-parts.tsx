import type { WebhookExample } from '@fanfare/client';
import { ScrollArea, Stack, Tabs, Text } from '@mantine/core';
import { webhookTest } from '#strings/webhook-test.ts';
import { Copyable, QueryText, SourceText } from '../../elements/index.ts';
import { type ExamplePart, exampleParts } from './search.ts';

const { example: words } = webhookTest;

/** The request of one event: body, schema, headers, and as a curl command. */
export function ExampleParts({
  example,
  part,
  onPart,
}: {
  readonly example: WebhookExample;
  readonly part: ExamplePart;
  readonly onPart: (part: ExamplePart) => void;
}) {
  return (
    <Tabs
      value={part}
      onChange={(chosen) => {
        const found = exampleParts.find((one) => one === chosen);
        if (found !== undefined) onPart(found);
      }}
      variant="pills"
      keepMounted={false}
    >
      <ScrollArea type="never">
        <Tabs.List aria-label={words.partsLabel} mb="sm" style={{ flexWrap: 'nowrap' }}>
          {exampleParts.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {words.parts[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </ScrollArea>
      <Tabs.Panel value={part}>
        <Part example={example} part={part} />
      </Tabs.Panel>
    </Tabs>
  );
}

function Part({ example, part }: { readonly example: WebhookExample; readonly part: ExamplePart }) {
  const { request } = example;
  switch (part) {
    case 'body':
      return (
        <Stack gap="xs">
          <Text size="sm" component="div">
            {request.method} <Copyable value={request.url} what={words.urlWhat} />
          </Text>
          {request.body === null || request.body === '' ? (
            <>
              <Text size="sm">{words.noBody(request.method)}</Text>
              <QueryText url={request.url} />
            </>
          ) : (
            <SourceText
              value={request.body}
              language={request.body.startsWith('{') ? 'json' : 'plain'}
              what={words.bodyWhat}
              title={words.parts.body}
              maxHeight={560}
            />
          )}
        </Stack>
      );
    case 'schema':
      return (
        <SourceText
          value={JSON.stringify(example.schema, null, 2)}
          language="json"
          what={words.schemaWhat}
          title={words.parts.schema}
          maxHeight={560}
        />
      );
    case 'headers':
      return (
        <SourceText
          value={Object.entries(request.headers)
            .map(([name, value]) => `${name}: ${value}`)
            .join('\n')}
          language="plain"
          what={words.headersWhat}
          title={words.parts.headers}
        />
      );
    case 'curl':
      return (
        <Stack gap="xs">
          <Text size="sm">{words.curlDetail}</Text>
          <SourceText
            value={example.curl}
            language="bash"
            what={words.curlWhat}
            title={words.parts.curl}
            maxHeight={560}
          />
        </Stack>
      );
  }
}
