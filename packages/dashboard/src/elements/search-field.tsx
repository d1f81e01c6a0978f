import { Box, CloseButton, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useEffectEvent, useState } from 'react';
import { elements as text } from '#strings/elements.ts';

const pauseMs = 250;

export interface SearchFieldProps {
  readonly placeholder: string;
  readonly value: string | undefined;
  /** Called when whoever types makes a pause, without the blanks around it; undefined when nothing is left. */
  readonly onChange: (value: string | undefined) => void;
}

/** The search above a list. */
export function SearchField({ placeholder, value: given = '', onChange }: SearchFieldProps) {
  const [typed, setTyped] = useState(given);
  const [before, setBefore] = useState(given);
  // Changed from elsewhere: by going back, or by a link.
  if (given !== before) {
    setBefore(given);
    if (given !== typed.trim()) setTyped(given);
  }
  const tell = useEffectEvent(() => {
    if (typed.trim() !== given) onChange(typed.trim() || undefined);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: each key starts the pause anew.
  useEffect(() => {
    const timer = setTimeout(tell, pauseMs);
    return () => clearTimeout(timer);
  }, [typed]);

  return (
    <Box role="search">
      <TextInput
        type="search"
        label={text.search}
        placeholder={placeholder}
        maw={460}
        leftSection={<IconSearch size={16} />}
        rightSection={
          typed !== '' && <CloseButton size="sm" aria-label={text.clearSearch} onClick={() => setTyped('')} />
        }
        value={typed}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      />
    </Box>
  );
}
