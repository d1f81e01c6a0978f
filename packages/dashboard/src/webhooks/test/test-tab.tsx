import { Stack, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { webhookTest as text } from '#strings/webhook-test.ts';
import { fanfare } from '../../api/index.ts';
import { useMay } from '../../session/index.ts';
import { NotYours } from '../not-yours.tsx';
import { useWebhook } from '../webhook.ts';
import { choiceBody } from './search.ts';
import { TestPanel } from './test-panel.tsx';

const route = getRouteApi('/signed-in/webhooks/$webhookId/test');

/** Sends a simulated event with the saved settings, and shows what came of it. */
export function TestTab() {
  return useMay('webhooks') ? <Test /> : <NotYours />;
}

function Test() {
  const webhook = useWebhook();
  const choice = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Stack gap="md">
      <Text size="sm" maw={820}>
        {text.detail}
      </Text>
      <TestPanel
        subscription={webhook}
        choice={choice}
        onChoice={(search) => void navigate({ search, replace: true, resetScroll: false })}
        send={() =>
          fanfare.post('/v1/webhooks/{id}/test', { path: { id: webhook.id }, body: choiceBody(choice) })
        }
      />
    </Stack>
  );
}
