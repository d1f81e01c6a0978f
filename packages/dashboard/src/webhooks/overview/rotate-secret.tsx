import type { Webhook } from '@fanfare/client';
import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { webhookPage as text } from '#strings/webhook-page.ts';
import { fanfare, fieldErrors, useChange } from '../../api/index.ts';
import { Problem, ShownOnceDialog } from '../../elements/index.ts';
import { generatedSecret, type SecretChoice, secretBody } from '../settings/secret.ts';
import { SecretChoiceInput } from '../settings/secret-choice.tsx';
import { SecretShown } from '../settings/secret-shown.tsx';

const { secrets: words } = text;
const aDay = '86400';

/** Gives a webhook a new secret, which is shown once. */
export function RotateSecret({
  webhook,
  opened,
  onClose,
}: {
  readonly webhook: Webhook;
  readonly opened: boolean;
  readonly onClose: () => void;
}) {
  return (
    <ShownOnceDialog opened={opened} onClose={onClose} title={words.rotate} centered>
      <Rotation webhook={webhook} onDone={onClose} />
    </ShownOnceDialog>
  );
}

function Rotation({ webhook, onDone }: { readonly webhook: Webhook; readonly onDone: () => void }) {
  const [choice, setChoice] = useState<SecretChoice>({
    ...generatedSecret,
    kind: webhook.secrets.find(({ expires_at }) => expires_at === null)?.signature_version ?? 'v1',
  });
  const [overlap, setOverlap] = useState(aDay);
  const rotate = useChange(
    () =>
      fanfare.post('/v1/webhooks/{id}/rotate-secret', {
        path: { id: webhook.id },
        body: { ...secretBody(choice), overlap_seconds: Number(overlap) },
      }),
    { changes: ['/v1/webhooks'], problem: 'shown' },
  );

  if (rotate.isSuccess)
    return (
      <Stack>
        <SecretShown webhook={rotate.data} kind={choice.kind} />
        <Text size="sm">{words.next}</Text>
        <Group justify="flex-end">
          <Button onClick={onDone}>{words.close}</Button>
        </Group>
      </Stack>
    );
  const secretError = fieldErrors(rotate.error, ['secret']).byField['secret'];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        rotate.mutate(undefined);
      }}
    >
      <Stack>
        <Text size="sm">{words.rotateDetail}</Text>
        <SecretChoiceInput value={choice} onChange={setChoice} error={secretError} />
        <Select
          label={words.overlap}
          data={Object.entries(words.overlaps).map(([value, label]) => ({ value, label }))}
          value={overlap}
          onChange={(chosen) => setOverlap(chosen ?? aDay)}
          description={overlap === '0' ? words.noOverlap : undefined}
          allowDeselect={false}
          maw={280}
        />
        {secretError === undefined && <Problem error={rotate.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={rotate.isPending}>
            {words.submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
