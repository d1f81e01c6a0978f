import type { WebhookWithSecret } from '@fanfare/client';
import { Button, Card, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconCode, IconLayoutDashboard, IconSend } from '@tabler/icons-react';
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { webhookSettings } from '#strings/webhook-settings.ts';
import { webhooks } from '#strings/webhooks.ts';
import { Page } from '../../elements/index.ts';
import type { SecretChoice } from './secret.ts';
import { SecretShown } from './secret-shown.tsx';

const { created: words } = webhookSettings;
const crumbs = [{ label: webhooks.title, to: '/webhooks' }] as const;

/** After a webhook was made: its secret, this once, and what comes next. */
export function WebhookCreated({
  webhook,
  kind,
}: {
  readonly webhook: WebhookWithSecret;
  readonly kind: SecretChoice['kind'];
}) {
  const params = { webhookId: webhook.id };
  return (
    <Page
      title={words.title(webhook.name)}
      description={webhook.status === 'active' ? words.description : words.inactive}
      crumbs={crumbs}
    >
      <SecretShown webhook={webhook} kind={kind} />
      <Stack gap="sm" component="section">
        <Title order={2} size="h4">
          {words.next}
        </Title>
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          <Step
            to="/webhooks/$webhookId/test"
            params={params}
            icon={<IconSend size={16} />}
            label={words.test}
            detail={words.testDetail}
          />
          <Step
            to="/webhooks/$webhookId/example"
            params={params}
            icon={<IconCode size={16} />}
            label={words.example}
            detail={words.exampleDetail}
          />
          <Step
            to="/webhooks/$webhookId"
            params={params}
            icon={<IconLayoutDashboard size={16} />}
            label={words.overview}
            detail={words.overviewDetail}
          />
        </SimpleGrid>
      </Stack>
    </Page>
  );
}

function Step({
  to,
  params,
  icon,
  label,
  detail,
}: Pick<LinkProps, 'to' | 'params'> & {
  readonly icon: ReactNode;
  readonly label: string;
  readonly detail: string;
}) {
  return (
    <Card withBorder padding="md">
      <Text size="sm" mb="sm">
        {detail}
      </Text>
      <Button
        mt="auto"
        variant="default"
        leftSection={icon}
        renderRoot={(props) => <Link to={to} params={params} {...props} />}
      >
        {label}
      </Button>
    </Card>
  );
}
