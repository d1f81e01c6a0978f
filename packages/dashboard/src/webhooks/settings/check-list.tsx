import { Checkbox, Stack, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import classes from './check-list.module.css';

export interface CheckItem {
  readonly value: string;
  readonly label: string;
  readonly description?: string;
}

export interface CheckGroup {
  /** Empty where there is only one. */
  readonly title: string;
  readonly items: readonly CheckItem[];
}

/** Beyond this many, they can be searched. */
const many = 12;
/** Beyond this many, they scroll in a box of their own. */
const veryMany = 60;

/** Checkboxes in groups. */
export function CheckList({
  label,
  description,
  find,
  groups,
  value,
  onChange,
  error,
}: {
  readonly label: string;
  /** What the choice as it stands means. */
  readonly description: ReactNode;
  /** Label of the field that narrows a long list. */
  readonly find: string;
  readonly groups: readonly CheckGroup[];
  readonly value: readonly string[];
  readonly onChange: (value: string[]) => void;
  readonly error?: string | undefined;
}) {
  const [typed, setTyped] = useState('');
  const wanted = typed.trim().toLowerCase();
  const count = groups.reduce((sum, { items }) => sum + items.length, 0);
  const shown = groups
    .map(({ title, items }) => ({ title, items: items.filter((item) => isFound(item, wanted)) }))
    .filter(({ items }) => items.length > 0);
  return (
    <Stack gap="sm">
      {count > many && (
        <TextInput
          label={find}
          leftSection={<IconSearch size={16} />}
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          maw={360}
        />
      )}
      <Checkbox.Group
        label={label}
        description={<span aria-live="polite">{description}</span>}
        inputWrapperOrder={['label', 'description', 'error', 'input']}
        value={[...value]}
        onChange={onChange}
        {...(error !== undefined && { error })}
      >
        <div className={count > veryMany ? classes.scrolling : classes.columns}>
          {shown.map(({ title, items }) => (
            <Stack key={title} gap="xs" className={items.length > many ? undefined : classes.group}>
              {title !== '' && (
                <Text size="xs" c="dimmed" fw={600}>
                  {title}
                </Text>
              )}
              {items.map((item) => (
                <Checkbox
                  key={item.value}
                  value={item.value}
                  label={item.label}
                  {...(item.description !== undefined && { description: item.description })}
                />
              ))}
            </Stack>
          ))}
        </div>
      </Checkbox.Group>
    </Stack>
  );
}

function isFound({ value, label, description = '' }: CheckItem, wanted: string): boolean {
  return [value, label, description].some((text) => text.toLowerCase().includes(wanted));
}
