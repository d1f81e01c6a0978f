import type { ReplayForecast } from '@fanfare/client';
import { Alert, Anchor, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { recovery } from '#strings/recovery.ts';
import { count, Moment } from '../elements/index.ts';

const { form: text } = recovery;

/** How much a replay would send, and between which events. */
export function Forecast({ forecast }: { readonly forecast: ReplayForecast }) {
  const { deliveries, looked_at, skipped_payments, first_event, last_event, only } = forecast;
  const counted = only === 'failed' ? text.countedFailed : text.counted;
  return (
    <Alert
      color={deliveries === 0 ? 'gray' : 'blue'}
      variant="light"
      title={deliveries === 0 ? text.nothing : counted(deliveries, count(deliveries))}
    >
      <Stack gap={4}>
        <Text size="sm">
          {text.lookedAt(count(looked_at))}
          {skipped_payments > 0 && ` ${text.payments(skipped_payments)}`}
        </Text>
        <Bound label={text.first} event={first_event} />
        {last_event?.id !== first_event?.id && <Bound label={text.last} event={last_event} />}
      </Stack>
    </Alert>
  );
}

/** Opens in a window of its own, so that what was filled in stays. */
function Bound({ label, event }: { readonly label: string; readonly event: ReplayForecast['first_event'] }) {
  if (event === null) return null;
  return (
    <Text size="sm" component="div">
      {label}:{' '}
      <Anchor
        size="sm"
        underline="always"
        renderRoot={(props) => (
          <Link to="/history/events/$eventId" params={{ eventId: event.id }} target="_blank" {...props} />
        )}
      >
        {event.type}
      </Anchor>
      , <Moment at={event.occurred_at} />
    </Text>
  );
}
