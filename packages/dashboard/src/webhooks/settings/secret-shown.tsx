import type { WebhookWithSecret } from '@fanfare/client';
import { Stack, Text } from '@mantine/core';
import { webhookPage } from '#strings/webhook-page.ts';
import { Copyable, ShownOnce } from '../../elements/index.ts';
import type { SecretChoice } from './secret.ts';

const { secretShown: words } = webhookPage;

/** The secret a webhook has just been given: shown this once, unless it is the owner's own. */
export function SecretShown({
  webhook,
  kind,
}: {
  readonly webhook: WebhookWithSecret;
  readonly kind: SecretChoice['kind'];
}) {
  if (kind === 'own') return <Text size="sm">{words.own}</Text>;
  const publicKey = webhook.secrets.find(({ expires_at }) => expires_at === null)?.public_key ?? null;
  return (
    <Stack gap="sm">
      <ShownOnce value={webhook.secret} what={words.what} />
      {publicKey !== null && (
        <div>
          <Text size="sm">{words.publicKey}</Text>
          <Copyable value={publicKey} what={words.publicKeyWhat} />
        </div>
      )}
    </Stack>
  );
}
