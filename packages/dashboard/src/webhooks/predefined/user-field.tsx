import { Autocomplete, Text } from '@mantine/core';
import { useDebouncedValue, useDisclosure } from '@mantine/hooks';
import { predefinedHooks } from '#strings/webhook-places.ts';
import { useRead } from '../../api/index.ts';
import { participantName } from '../../pickers/index.ts';

const { testing: words } = predefinedHooks;
const mostFound = 10;
const pauseMs = 250;

/** The id of a participant, typed or pasted; whoever only knows a name finds it by that. */
export function UserField({
  value,
  onChange,
  error,
}: {
  readonly value: string;
  readonly onChange: (id: string) => void;
  readonly error: string | undefined;
}) {
  const [opened, { open, close }] = useDisclosure();
  const [search] = useDebouncedValue(value.trim(), pauseMs);
  const found = useRead('/v1/participants', {
    query: { limit: mostFound, ...(search !== '' && { search }) },
  });
  const people = new Map(found.data?.data.map((person) => [person.id, person]));
  return (
    <Autocomplete
      label={words.user}
      description={words.userHint}
      data={[...people.keys()]}
      filter={({ options }) => options}
      renderOption={({ option }) => {
        const person = people.get(option.value);
        return (
          <div>
            <Text size="sm">{person === undefined ? option.value : participantName(person)}</Text>
            <Text size="xs" c="dimmed">
              {option.value}
            </Text>
          </div>
        );
      }}
      value={value}
      onChange={onChange}
      error={error}
      inputWrapperOrder={['label', 'description', 'error', 'input']}
      dropdownOpened={opened}
      onDropdownOpen={open}
      onDropdownClose={close}
      // It sends the form: what is found would lie over what comes of it.
      onKeyDown={({ key }) => key === 'Enter' && close()}
      autoComplete="off"
      flex="1 1 260px"
      maw={420}
    />
  );
}
