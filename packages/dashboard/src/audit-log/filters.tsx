import { Button, Collapse, Group, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconAdjustmentsHorizontal, IconX } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { auditLog as text } from '#strings/audit-log.ts';
import { useActors } from './actors.ts';
import { actionChoices } from './entry-words.ts';
import { isoTime, localTime } from './local-time.ts';
import type { AuditFilter } from './search.ts';

/** On a phone only a button until it is pressed. */
export function Filters({
  filter,
  onChange,
}: {
  readonly filter: AuditFilter;
  readonly onChange: (filter: AuditFilter) => void;
}) {
  const phone = useMediaQuery('(max-width: 48em)') ?? false;
  const [opened, { toggle }] = useDisclosure();
  const id = useId();
  const count = Object.keys(filter).length;
  const actors = useActors(filter.actor ?? null);
  const set = (name: keyof AuditFilter, value: string | null) => {
    const { [name]: _, ...others } = filter;
    onChange(value === null ? others : { ...others, [name]: value });
  };
  return (
    <Stack gap="xs" role="search" aria-label={text.filters.label}>
      {phone && (
        <Group>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconAdjustmentsHorizontal size={14} />}
            onClick={toggle}
            aria-expanded={opened}
            aria-controls={id}
          >
            {text.filters.show(count)}
          </Button>
        </Group>
      )}
      <Collapse expanded={!phone || opened} id={id}>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3, lg: 5 }} spacing="sm">
          <Select
            label={text.filters.action}
            placeholder={text.filters.anyAction}
            data={actionChoices}
            value={filter.action ?? null}
            onChange={(value) => set('action', value)}
            nothingFoundMessage={text.filters.noAction}
            searchable
            clearable
          />
          <Select
            label={text.filters.actor}
            placeholder={text.filters.anybody}
            data={actors}
            value={filter.actor ?? null}
            onChange={(value) => set('actor', value)}
            nothingFoundMessage={text.filters.noSuch}
            searchable
            clearable
          />
          <TargetInput
            key={filter.target}
            given={filter.target ?? ''}
            onChange={(target) => set('target', target)}
          />
          <TimeInput
            label={text.filters.since}
            given={filter.since}
            onChange={(since) => set('since', since)}
          />
          <TimeInput
            label={text.filters.until}
            given={filter.until}
            onChange={(until) => set('until', until)}
          />
        </SimpleGrid>
      </Collapse>
      {count > 0 && (
        <Group>
          <Button
            variant="subtle"
            color="gray"
            size="xs"
            leftSection={<IconX size={14} />}
            onClick={() => onChange({})}
          >
            {text.filters.clear}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

/** Counts once it is whole: when the field is left, or with Enter. */
function TargetInput({
  given,
  onChange,
}: {
  readonly given: string;
  readonly onChange: (target: string | null) => void;
}) {
  const [typed, setTyped] = useState(given);
  const settle = () => {
    if (typed.trim() !== given) onChange(typed.trim() || null);
  };
  return (
    <TextInput
      label={text.filters.target}
      placeholder={text.filters.targetPlaceholder}
      value={typed}
      onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      onBlur={settle}
      onKeyDown={({ key }) => key === 'Enter' && settle()}
    />
  );
}

function TimeInput({
  label,
  given,
  onChange,
}: {
  readonly label: string;
  readonly given: string | undefined;
  readonly onChange: (time: string | null) => void;
}) {
  return (
    <TextInput
      type="datetime-local"
      label={label}
      value={given === undefined ? '' : localTime(given)}
      onChange={({ currentTarget }) => onChange(isoTime(currentTarget.value))}
    />
  );
}
