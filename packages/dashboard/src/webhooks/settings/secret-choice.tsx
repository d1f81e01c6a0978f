import { PasswordInput, Radio, Stack } from '@mantine/core';
import { webhookPage } from '#strings/webhook-page.ts';

const { secretChoice: words } = webhookPage;
const kinds = ['v1', 'v1a', 'own'] as const;

/** Where a secret comes from: generated for one of the signatures, or the owner's own text. */
export interface SecretChoice {
  readonly kind: (typeof kinds)[number];
  readonly own: string;
}

export const generatedSecret: SecretChoice = { kind: 'v1', own: '' };

/** As the API takes it. */
export function secretBody({ kind, own }: SecretChoice) {
  return kind === 'own' ? { secret: own } : { signature_version: kind };
}

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
          const kind = kinds.find((one) => one === chosen);
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
