import { Select, type SelectProps } from '@mantine/core';
import { pickers as text } from '#strings/pickers.ts';
import { explain } from '../api/index.ts';
import { useCampaigns, useEventTypes } from './choices.ts';

export type PickerProps = Omit<SelectProps, 'data' | 'searchable' | 'nothingFoundMessage'>;

interface Choices {
  readonly data: readonly { readonly value: string; readonly label: string }[] | undefined;
  readonly error: unknown;
}

function Picker({ choices: { data, error }, ...props }: PickerProps & { readonly choices: Choices }) {
  const { value } = props;
  const known = data ?? [];
  // An address may name what was deleted since: that it is asked for is still to be seen.
  const isUnknown =
    data !== undefined &&
    typeof value === 'string' &&
    value !== '' &&
    !known.some((one) => one.value === value);
  return (
    <Select
      searchable
      nothingFoundMessage={data === undefined ? text.loading : text.nothingFound}
      {...props}
      error={props.error ?? (error === null ? undefined : explain(error).detail)}
      data={isUnknown ? [...known, { value, label: value }] : [...known]}
    />
  );
}

/** One campaign by its name; its id is the value. */
export function CampaignSelect(props: PickerProps) {
  const { data, error } = useCampaigns();
  const choices = { data: data?.map(({ id, name }) => ({ value: id, label: name })), error };
  return <Picker label={text.campaign} choices={choices} {...props} />;
}

/** One event type. */
export function EventTypeSelect(props: PickerProps) {
  const { data, error } = useEventTypes();
  const choices = { data: data?.map(({ type }) => ({ value: type, label: type })), error };
  return <Picker label={text.eventType} choices={choices} {...props} />;
}
