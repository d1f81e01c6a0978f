import { Textarea, type TextareaProps } from '@mantine/core';

/** JSON, headers and the like: letters of one width, and nobody corrects their spelling. */
export function CodeInput(props: TextareaProps) {
  return (
    <Textarea
      autosize
      spellCheck={false}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.8125rem' } }}
      {...props}
    />
  );
}
