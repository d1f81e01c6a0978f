import { PasswordInput, Radio, Stack } from '@mantine/core';
import { webhookPage } from '#strings/webhook-page.ts';
import { type SecretChoice, secretKinds } from './secret.ts';

const { secretChoice: words } = webhookPage;
/** Chooses where a secret comes from. */
export function SecretChoiceInput({
  value,
  onChange,
  error,
  label = words.label,
}: {
  readonly value: SecretChoice;
  readonly onChange: (value: SecretChoice) => void;
  readonly error?: string | undefined;
  readonly label?: string;
}) {
  return (
    <Stack gap="sm">
      <Radio.Group
        label={label}
        value={value.kind}
        onChange={(chosen) => {
          const kind = secretKinds.find((one) => one === chosen);
          if (kind !== undefined) onChange({ ...value, kind });
        }}
      >
        <Stack gap="xs" mt={6}>
          <Radio value="v1" label={words.v1} description={words.v1Detail} />
          <Radio value="v1a" label={words.v1a} description={words.v1aDetail} />
          <Radio value="own" label={words.own} description={words.ownDetail} />
        </Stack>
      </Radio.Group>
      {value.kind === 'own' && (
        <PasswordInput
          label={words.ownLabel}
          required
          autoComplete="off"
          maw={420}
          value={value.own}
          onChange={({ currentTarget }) => onChange({ ...value, own: currentTarget.value })}
          error={error}
        />
      )}
    </Stack>
  );
}
