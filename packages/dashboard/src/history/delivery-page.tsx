import type { DeliveryDetail } from '@fanfare/client';
import { Button, Card, Grid, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconPlayerSkipForward, IconRefresh } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { history } from '#strings/history.ts';
import { fanfare, useChange, useChanged, useRead } from '../api/index.ts';
import { Copyable, confirmFirst, Page, Problem, StateBadge } from '../elements/index.ts';
import { useLive } from '../live/index.ts';
import { useMay } from '../session/index.ts';
import { AttemptDetails } from './attempt-details.tsx';
import { DeliveryFacts } from './delivery-facts.tsx';
import { Journey } from './journey.tsx';
import { RequestDetails } from './request-details.tsx';

const { delivery: text, attempt: attemptText } = history;
const route = getRouteApi('/signed-in/history/$deliveryId');
const crumbs = [{ label: history.title, to: '/history' }] as const;

/** One delivery: its journey, and every attempt with what was sent and answered. */
export function DeliveryPage() {
  const { deliveryId } = route.useParams();
  const { attempt: asked } = route.useSearch();
  const navigate = route.useNavigate();
  const path = { id: deliveryId };
  const delivery = useRead('/v1/deliveries/{id}', { path });
  const attempts = useRead('/v1/deliveries/{id}/attempts', { path });
  useAttemptsAsTheyHappen(deliveryId);

  if (delivery.error !== null && delivery.data === undefined) {
    return (
      <Page title={history.title} crumbs={crumbs}>
        <Problem error={delivery.error} again={() => void delivery.refetch()} />
      </Page>
    );
  }
  if (delivery.data === undefined || attempts.data === undefined) {
    return (
      <Page title={history.title} crumbs={crumbs}>
        <Problem error={attempts.error} again={() => void attempts.refetch()} />
        <Skeleton h={120} />
        <Skeleton h={420} />
      </Page>
    );
  }
  const { event, webhook, state, request } = delivery.data;
  const made = attempts.data.data;
  const chosen = made.find(({ id }) => id === asked) ?? made.at(-1);
  return (
    <Page
      title={text.title(event.type ?? event.id, webhook.name)}
      mark={<StateBadge state={state} />}
      crumbs={crumbs}
      description={<Copyable value={deliveryId} what={text.id} />}
      actions={<Actions delivery={delivery.data} />}
    >
      <Problem error={delivery.error ?? attempts.error} />
      <DeliveryFacts delivery={delivery.data} />
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Card withBorder padding="md">
            <Stack>
              <Title order={2} size="h4">
                {text.journey}
              </Title>
              <Journey
                delivery={delivery.data}
                attempts={made}
                chosen={chosen?.id}
                choose={(attempt) =>
                  void navigate({ search: { attempt }, replace: true, resetScroll: false })
                }
              />
            </Stack>
          </Card>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 8 }}>
          {chosen !== undefined ? (
            <AttemptDetails key={chosen.id} attempt={chosen} />
          ) : (
            <Stack>
              <Title order={2} size="h4">
                {attemptText.none}
              </Title>
              {request !== null && (
                <>
                  <Text c="dimmed" size="sm">
                    {attemptText.noneDetail}
                  </Text>
                  <RequestDetails request={request} />
                </>
              )}
            </Stack>
          )}
        </Grid.Col>
      </Grid>
    </Page>
  );
}

function Actions({ delivery }: { readonly delivery: DeliveryDetail }) {
  const may = useMay('webhooks');
  const { id, event, webhook, state } = delivery;
  const path = { id };
  const changes = ['/v1/deliveries', '/v1/deliveries/{id}'] as const;
  const resend = useChange(() => fanfare.post('/v1/deliveries/{id}/resend', { path }), {
    changes,
    done: text.resendQueuedDone,
  });
  const skip = useChange(() => fanfare.post('/v1/deliveries/{id}/skip', { path }), {
    changes,
    done: text.skipped,
  });
  if (!may || webhook.deleted) return null;
  return (
    <>
      {state === 'parked' && (
        <Button
          variant="default"
          leftSection={<IconPlayerSkipForward size={16} />}
          loading={skip.isPending}
          onClick={() =>
            confirmFirst({
              title: text.skipTitle(text.title(event.type ?? event.id, webhook.name)),
              consequence: text.skipConsequence,
              confirm: text.skip,
              onConfirm: () => skip.mutate(undefined),
            })
          }
        >
          {text.skip}
        </Button>
      )}
      {delivery.scope !== 'payout' && (
        <Button
          leftSection={<IconRefresh size={16} />}
          loading={resend.isPending}
          disabled={delivery.resend_queued}
          onClick={() => resend.mutate(undefined)}
        >
          {delivery.last_attempt === null ? text.sendNow : text.resend}
        </Button>
      )}
    </>
  );
}

function useAttemptsAsTheyHappen(deliveryId: string): void {
  const changed = useChanged();
  useLive((message) => {
    if (message.kind !== 'activity') return;
    const { items, omitted } = message.data;
    const isThis = items.some((item) => item.kind === 'attempt' && item.delivery_id === deliveryId);
    if (isThis || omitted > 0) void changed('/v1/deliveries/{id}');
  });
}
