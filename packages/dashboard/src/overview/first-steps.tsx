import { Alert, Button, Group } from '@mantine/core';
import { IconRocket } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { overview as text } from '#strings/overview.ts';
import { useRead } from '../api/index.ts';
import { useMay } from '../session/index.ts';

/** For an organization without webhooks: what to do first. */
export function FirstSteps() {
  const webhooks = useRead('/v1/webhooks', { query: { limit: 1 } });
  const may = useMay('webhooks');
  if (webhooks.data === undefined || webhooks.data.data.length > 0) return null;
  return (
    <Alert icon={<IconRocket />} title={text.firstSteps.title} color="fanfare" variant="light">
      {may ? text.firstSteps.detail : text.firstSteps.viewer}
      {may && (
        <Group mt="sm" gap="xs">
          <Button size="xs" renderRoot={(props) => <Link to="/webhooks/new" {...props} />}>
            {text.firstSteps.create}
          </Button>
          <Button size="xs" variant="default" renderRoot={(props) => <Link to="/inboxes" {...props} />}>
            {text.firstSteps.inbox}
          </Button>
        </Group>
      )}
    </Alert>
  );
}
