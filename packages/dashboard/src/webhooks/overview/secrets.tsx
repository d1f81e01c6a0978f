import type { Webhook } from '@fanfare/client';
import { Badge, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconRefresh } from '@tabler/icons-react';
import { webhookPage as text } from '#strings/webhook-page.ts';
import { Copyable, Moment } from '../../elements/index.ts';
import { useMay } from '../../session/index.ts';
import { RotateSecret } from './rotate-secret.tsx';

const { secrets: words } = text;

/** With what its requests are signed; never the secrets themselves. */
export function Secrets({ webhook }: { readonly webhook: Webhook }) {
  const may = useMay('webhooks');
  const [rotating, { open, close }] = useDisclosure();
  return (
    <Card withBorder padding="md" component="section">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h5">
          {words.title}
        </Title>
        {may && (
          <Button size="xs" variant="default" leftSection={<IconRefresh size={14} />} onClick={open}>
            {words.rotate}
          </Button>
        )}
      </Group>
      {webhook.secrets.length === 0 ? (
        <Text size="sm">{words.none}</Text>
      ) : (
        <Stack gap="xs" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
          {webhook.secrets.map((secret) => (
            <SecretLine key={secret.created_at} secret={secret} />
          ))}
        </Stack>
      )}
      {may && <RotateSecret webhook={webhook} opened={rotating} onClose={close} />}
    </Card>
  );
}

function SecretLine({ secret }: { readonly secret: Webhook['secrets'][number] }) {
  const isCurrent = secret.expires_at === null;
  return (
    <li>
      <Group gap="xs">
        <Badge variant="light" color={isCurrent ? 'green' : 'yellow'} tt="none">
          {isCurrent ? words.current : words.old}
        </Badge>
        <Text size="sm" component="span">
          {words.versions[secret.signature_version]}, {words.since} <Moment at={secret.created_at} />
          {secret.expires_at !== null && (
            <>
              , {words.until} <Moment at={secret.expires_at} />
            </>
          )}
        </Text>
      </Group>
      {secret.public_key !== null && <Copyable value={secret.public_key} what={words.publicKey} />}
    </li>
  );
}
