import { List, Loader, Stack, Text, TextInput, type TextInputProps } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { webhookSettings as text } from '#strings/webhook-settings.ts';
import { fanfare } from '../../api/index.ts';

/** What is found is not shown while the button that was pressed to leave the field would move away from the pointer. */
const pauseMs = 300;

/** The URL of a receiver. Left, it is looked at by Fanfare: whether it would be refused, and whether its host is there. */
export function UrlField({
  value,
  onChange,
  saved,
  ...props
}: Omit<TextInputProps, 'value' | 'onChange'> & {
  readonly value: string;
  readonly onChange: (url: string) => void;
  /** Is not looked at. */
  readonly saved?: string;
}) {
  const [leftJustNow, setLeft] = useState<string | null>(null);
  const [left] = useDebouncedValue(leftJustNow, pauseMs);
  const wanted = left !== null && left === value && left !== '' && left !== saved;
  const check = useQuery({
    queryKey: ['/v1/webhook-url-checks', left],
    queryFn: ({ signal }) => fanfare.post('/v1/webhook-url-checks', { body: { url: left ?? '' }, signal }),
    enabled: wanted,
    staleTime: 10_000,
  });
  const found = wanted ? check.data : undefined;
  return (
    <Stack gap={4}>
      <TextInput
        label={text.url}
        description={text.urlHint}
        required
        inputMode="url"
        autoComplete="off"
        spellCheck={false}
        placeholder="https://"
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
        rightSection={wanted && check.isFetching ? <Loader size={16} aria-label={text.urlChecking} /> : null}
        {...props}
        onBlur={(event) => {
          setLeft(value);
          props.onBlur?.(event);
        }}
        error={props.error ?? (found?.ok === false ? found.problems.join(' ') : undefined)}
      />
      <div aria-live="polite" style={{ minHeight: 18 }}>
        {found?.ok === true && found.advice.length === 0 && (
          <Text size="xs" c="var(--fanfare-text-green)">
            {text.urlFine}
          </Text>
        )}
        {found !== undefined && found.advice.length > 0 && (
          <List size="xs" c="var(--fanfare-text-yellow)">
            {found.advice.map((advice) => (
              <List.Item key={advice}>{advice}</List.Item>
            ))}
          </List>
        )}
      </div>
    </Stack>
  );
}
