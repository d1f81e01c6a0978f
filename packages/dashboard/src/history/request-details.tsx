import type { Attempt } from '@fanfare/client';
import { SegmentedControl, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { history } from '#strings/history.ts';
import { QueryText, SourceText } from '../elements/index.ts';
import { asCurl } from './curl.ts';

const { attempt: text } = history;

export interface ShownRequest extends Pick<Attempt['request'], 'method' | 'url' | 'headers' | 'body'> {}

/** A request, part by part or as a command that makes it again. */
export function RequestDetails({ request }: { readonly request: ShownRequest }) {
  const [view, setView] = useState<'parts' | 'curl'>('parts');
  const { method, url, headers, body } = request;
  if (headers === null) {
    return (
      <>
        <SourceText value={`${method} ${url}`} language="plain" what={text.target} />
        <Text size="sm" c="dimmed">
          {text.requestGone}
        </Text>
      </>
    );
  }
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label={text.request}
        value={view}
        onChange={(chosen) => setView(chosen === 'curl' ? 'curl' : 'parts')}
        data={[
          { value: 'parts', label: text.request },
          { value: 'curl', label: text.curl },
        ]}
        size="xs"
        style={{ alignSelf: 'start' }}
      />
      {view === 'curl' ? (
        <>
          <SourceText
            value={asCurl({ method, url, headers, body })}
            language="bash"
            what={text.curlWhat}
            title={text.curl}
          />
          <Text size="sm" c="dimmed">
            {text.curlNote}
          </Text>
        </>
      ) : (
        <>
          <SourceText value={`${method} ${url}`} language="plain" what={text.target} />
          <SourceText
            value={Object.entries(headers)
              .map(([name, value]) => `${name}: ${value}`)
              .join('\n')}
            language="http"
            what={text.requestHeaders}
            maxHeight={260}
          />
          {body === null ? (
            <>
              <Text size="sm" c="dimmed">
                {text.noBody}
              </Text>
              <QueryText url={url} />
            </>
          ) : (
            <SourceText
              value={body}
              language={/^\s*[[{]/.test(body) ? 'json' : 'plain'}
              what={text.requestBody}
            />
          )}
        </>
      )}
    </Stack>
  );
}
