import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { doorway as text } from '#strings/doorway.ts';

/** Of a new account, or instead of a forgotten one. */
export function NewPasswordInput(props: PasswordInputProps) {
  return (
    <PasswordInput
      label={text.password}
      description={text.newPasswordHint}
      autoComplete="new-password"
      required
      minLength={12}
      maxLength={128}
      {...props}
    />
  );
}
