import { Alert, Button, Group, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { elements as text } from '#strings/elements.ts';
import { explain, isSignedOut } from '../api/index.ts';

/**
 * What went wrong and what to do about it, where it belongs; with a button to try `again` where that may help. Nothing
 * while there is no error.
 */
export function Problem({ error, again }: { readonly error: unknown; readonly again?: () => void }) {
  if (error === null || error === undefined) return null;
  const { title, detail, passing } = explain(error);
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle />} title={title} role="alert">
      <Text size="sm" style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>
        {detail}
      </Text>
      {isSignedOut(error) && (
        <Group mt="sm">
          <Button
            size="xs"
            variant="default"
            renderRoot={(props) => <a href="/sign-in" target="_blank" rel="noreferrer" {...props} />}
          >
            {text.signInAgain}
          </Button>
        </Group>
      )}
      {again !== undefined && passing && (
        <Group mt="sm">
          <Button size="xs" variant="default" onClick={again}>
            {text.tryAgain}
          </Button>
        </Group>
      )}
    </Alert>
  );
}
