import type { DeliveryFilter, ResendForecast } from '@fanfare/client';
import { Button, Group, List, Modal, NumberInput, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { history } from '#strings/history.ts';
import { fanfare, useChange } from '../api/index.ts';
import { count, Problem } from '../elements/index.ts';

const { resends: text } = history;
const usualRate = 50;
const mostRate = 1_000;

export type ResendChoice = { readonly filter: DeliveryFilter } | { readonly delivery_ids: string[] };

/** Counts what would be sent again before anything is. */
export function ResendDialog({
  choice,
  close,
  started,
}: {
  /** Null: closed. */
  readonly choice: ResendChoice | null;
  readonly close: () => void;
  readonly started: () => void;
}) {
  return (
    <Modal
      opened={choice !== null}
      onClose={close}
      title={text.title}
      closeButtonProps={{ 'aria-label': history.close }}
    >
      {choice !== null && <Order choice={choice} close={close} started={started} />}
    </Modal>
  );
}

function Order({
  choice,
  close,
  started,
}: {
  readonly choice: ResendChoice;
  readonly close: () => void;
  readonly started: () => void;
}) {
  const [rate, setRate] = useState<number | string>(usualRate);
  const forecast = useQuery({
    queryKey: ['resend forecast', choice],
    queryFn: async ({ signal }) => {
      const answer = await fanfare.post('/v1/resends', { body: { ...choice, dry_run: true }, signal });
      if (!('dry_run' in answer)) throw new Error('A count of deliveries was answered with a resend');
      return answer;
    },
    gcTime: 0,
  });
  const start = useChange(
    (perSecond: number) =>
      fanfare.post('/v1/resends', { body: { ...choice, rate_per_second: perSecond, dry_run: false } }),
    {
      changes: ['/v1/resends'],
      done: text.started,
      problem: 'shown',
      onDone: () => {
        started();
        close();
      },
    },
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        start.mutate(Number(rate));
      }}
    >
      <Stack>
        <div aria-live="polite">
          {forecast.data === undefined && forecast.error === null ? (
            <Skeleton h={44} aria-label={text.counting} />
          ) : (
            forecast.data !== undefined && <Counted forecast={forecast.data} />
          )}
        </div>
        {forecast.data?.deliveries !== 0 && (
          <>
            <Text size="sm" c="dimmed">
              {text.explanation}
            </Text>
            <NumberInput
              label={text.rate}
              description={text.rateHint}
              value={rate}
              onChange={setRate}
              min={1}
              max={mostRate}
              allowDecimal={false}
              clampBehavior="strict"
              required
            />
          </>
        )}
        <Problem error={start.error ?? forecast.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {text.cancel}
          </Button>
          <Button
            type="submit"
            loading={start.isPending}
            disabled={forecast.data === undefined || forecast.data.deliveries === 0}
          >
            {text.start}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Counted({ forecast }: { readonly forecast: ResendForecast }) {
  const { deliveries, complete, skipped, skipped_payments } = forecast;
  const leftOut = [
    ...(skipped_payments > 0 ? [text.payments(skipped_payments)] : []),
    ...(skipped > 0 ? [text.skipped(skipped)] : []),
  ];
  return (
    <Stack gap="xs">
      <Text fw={600}>
        {deliveries === 0
          ? text.none
          : complete
            ? text.count(deliveries, count(deliveries))
            : text.countMore(count(deliveries))}
      </Text>
      {leftOut.length > 0 && (
        <List size="sm">
          {leftOut.map((reason) => (
            <List.Item key={reason}>{reason}</List.Item>
          ))}
        </List>
      )}
    </Stack>
  );
}
