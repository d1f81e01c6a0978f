import { Radio, Stack } from '@mantine/core';

/** One of a few, each explained in a line. */
export function ExplainedRadios<Value extends string>({
  label,
  choices,
  value,
  onChange,
  error,
}: {
  readonly label: string;
  readonly choices: readonly { readonly value: Value; readonly label: string; readonly detail: string }[];
  readonly value: Value | null;
  readonly onChange: (value: Value) => void;
  readonly error?: string | undefined;
}) {
  return (
    <Radio.Group
      label={label}
      value={value}
      onChange={(chosen) => {
        const choice = choices.find((one) => one.value === chosen);
        if (choice !== undefined) onChange(choice.value);
      }}
      {...(error !== undefined && { error })}
    >
      <Stack gap="xs" my={6}>
        {choices.map((choice) => (
          <Radio key={choice.value} value={choice.value} label={choice.label} description={choice.detail} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
