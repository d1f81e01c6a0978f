import { Alert, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useEffect, useEffectEvent } from 'react';
import { forms as text } from '#strings/forms.ts';
import { fieldErrors } from '../api/index.ts';
import { Problem } from './problem.tsx';

interface FormWithErrors {
  setErrors(errors: Record<string, string>): void;
  getInputNode(path: string): HTMLElement | null;
}

/**
 * What the API said of a form: at each of the `fields` what concerns it, the first of them focused; here, above the
 * buttons, the rest. Nothing while there is no error.
 */
export function FormProblem({
  form,
  error,
  fields,
}: {
  readonly form: FormWithErrors;
  readonly error: unknown;
  readonly fields: readonly string[];
}) {
  const showAtFields = useEffectEvent((failure: unknown) => {
    if (failure === null || failure === undefined) return;
    const { byField } = fieldErrors(failure, fields);
    form.setErrors(byField);
    const first = Object.keys(byField)[0];
    if (first !== undefined) form.getInputNode(first)?.focus();
  });
  useEffect(() => showAtFields(error), [error]);

  if (error === null || error === undefined) return null;
  const { byField, rest } = fieldErrors(error, fields);
  if (Object.keys(byField).length === 0) return <Problem error={error} />;
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle />} title={text.look} role="alert">
      {rest.length > 0 && (
        <Stack gap={4}>
          {rest.map((line) => (
            <Text key={line} size="sm" style={{ overflowWrap: 'anywhere' }}>
              {line}
            </Text>
          ))}
        </Stack>
      )}
    </Alert>
  );
}
