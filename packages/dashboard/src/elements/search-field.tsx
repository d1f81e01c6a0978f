import { CloseButton, TextInput, type TextInputProps } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useEffectEvent, useState } from 'react';
import { elements as text } from '#strings/elements.ts';

const pauseMs = 250;

export interface SearchFieldProps extends Omit<TextInputProps, 'value' | 'onChange' | 'rightSection'> {
  readonly value: string;
  /** Called when whoever types makes a pause, without the blanks around it. */
  readonly onChange: (value: string) => void;
}

/** Text to look for. */
export function SearchField({ value, onChange, ...props }: SearchFieldProps) {
  const [typed, setTyped] = useState(value);
  const [given, setGiven] = useState(value);
  // Changed from elsewhere: by going back, or by a link.
  if (value !== given) {
    setGiven(value);
    if (value !== typed.trim()) setTyped(value);
  }
  const tell = useEffectEvent(() => {
    if (typed.trim() !== value) onChange(typed.trim());
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: each key starts the pause anew.
  useEffect(() => {
    const timer = setTimeout(tell, pauseMs);
    return () => clearTimeout(timer);
  }, [typed]);

  return (
    <TextInput
      type="search"
      leftSection={<IconSearch size={16} />}
      rightSection={
        typed !== '' && <CloseButton size="sm" aria-label={text.clearSearch} onClick={() => setTyped('')} />
      }
      value={typed}
      onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      {...props}
    />
  );
}
