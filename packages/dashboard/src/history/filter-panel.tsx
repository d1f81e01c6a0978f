import { Button, Collapse, Group, SimpleGrid, Stack } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconAdjustmentsHorizontal, IconX } from '@tabler/icons-react';
import { type ReactNode, useId } from 'react';
import { history as text } from '#strings/history.ts';

/** Filters above a list: the first ones always there, all others on demand. On a phone only a button until it is pressed. */
export function FilterPanel({
  first,
  rest,
  restSet,
  set,
  clear,
}: {
  readonly first: ReactNode;
  readonly rest: ReactNode;
  /** How many of `rest` are set. */
  readonly restSet: number;
  /** How many are set in all. */
  readonly set: number;
  readonly clear: () => void;
}) {
  const phone = useMediaQuery('(max-width: 48em)') ?? false;
  const [opened, { toggle }] = useDisclosure(restSet > 0);
  const id = useId();
  const clearButton = set > 0 && (
    <Button variant="subtle" color="gray" size="xs" leftSection={<IconX size={14} />} onClick={clear}>
      {text.filters.clear}
    </Button>
  );
  const toggleButton = (label: string, size: 'xs' | 'sm') => (
    <Button
      variant="default"
      size={size}
      leftSection={<IconAdjustmentsHorizontal size={14} />}
      onClick={toggle}
      aria-expanded={opened}
      aria-controls={id}
    >
      {label}
    </Button>
  );

  if (phone) {
    return (
      <Stack gap="xs" role="search" aria-label={text.filters.label}>
        <Group gap="xs">
          {toggleButton(text.filters.show(set), 'xs')}
          {clearButton}
        </Group>
        <Collapse expanded={opened} id={id}>
          <Stack gap="xs">
            {first}
            {rest}
          </Stack>
        </Collapse>
      </Stack>
    );
  }
  return (
    <Stack gap="xs" role="search" aria-label={text.filters.label}>
      <Group align="flex-end" gap="sm" wrap="nowrap">
        <SimpleGrid cols={{ base: 2, lg: 4 }} spacing="sm" flex={1}>
          {first}
        </SimpleGrid>
        {toggleButton(opened ? text.filters.fewer : text.filters.more, 'sm')}
      </Group>
      <Collapse expanded={opened} id={id}>
        <SimpleGrid cols={{ base: 2, lg: 5 }} spacing="sm">
          {rest}
        </SimpleGrid>
      </Collapse>
      {clearButton !== false && <Group>{clearButton}</Group>}
    </Stack>
  );
}
