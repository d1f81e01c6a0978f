import { Box, Group, Paper, ScrollArea, Text } from '@mantine/core';
import { lazy, Suspense, useMemo } from 'react';
import { elements as text } from '#strings/elements.ts';
import { CopyButton } from './copy.tsx';
import classes from './source-text.module.css';

export type Language = 'json' | 'bash' | 'typescript' | 'python' | 'go' | 'php' | 'http' | 'plain';

export interface SourceTextProps {
  readonly value: string;
  readonly language: Language;
  /** What it is, for the copy button and for screen readers: "the body". */
  readonly what: string;
  /** Shown above; `what` unless given. */
  readonly title?: string;
  /** Beyond this it scrolls, in pixels; 420 unless given. */
  readonly maxHeight?: number;
}

const Highlighted = lazy(() => import('./highlighted.tsx'));

/** Beyond this, colours cost more than they help. */
const mostHighlighted = 60_000;

/**
 * Code or data of any origin, as text: nothing of it is ever read as HTML. JSON that stands on one line is laid out; what
 * the copy button copies is the value as it came.
 */
export function SourceText({ value, language, what, title, maxHeight = 420 }: SourceTextProps) {
  const shown = useMemo(() => (language === 'json' ? laidOut(value) : value), [value, language]);
  const plain = language === 'plain' || shown.length > mostHighlighted;
  return (
    <Paper withBorder radius="md" className={classes.frame}>
      <Group justify="space-between" px="sm" py={4} className={classes.head} wrap="nowrap">
        <Text size="xs" c="dimmed" fw={600}>
          {title ?? what}
        </Text>
        <CopyButton value={value} what={what} />
      </Group>
      <ScrollArea.Autosize
        mah={maxHeight}
        viewportProps={{ tabIndex: 0, 'aria-label': what, role: 'region' }}
      >
        <Box component="pre" className={classes.text}>
          {shown === '' ? (
            <Text component="span" size="sm" c="dimmed" fs="italic">
              {text.emptyText}
            </Text>
          ) : (
            <code>
              {plain ? (
                shown
              ) : (
                <Suspense fallback={shown}>
                  <Highlighted value={shown} language={language} />
                </Suspense>
              )}
            </code>
          )}
        </Box>
      </ScrollArea.Autosize>
    </Paper>
  );
}

function laidOut(value: string): string {
  if (value.includes('\n')) return value;
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value;
  }
}
