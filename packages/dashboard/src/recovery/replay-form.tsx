import type { ReplayForecast, Taking } from '@fanfare/client';
import { Button, Group, MultiSelect, NumberInput, Radio, SimpleGrid, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { recovery } from '#strings/recovery.ts';
import { fanfare, useChange } from '../api/index.ts';
import { FormProblem } from '../elements/index.ts';
import { TimeField } from '../history/index.ts';
import { CampaignSelect, ParticipantSelect, useEventTypes, WebhookSelect } from '../pickers/index.ts';
import { Forecast } from './replay-forecast.tsx';
import { type ReplayedOnly, replayedOnly } from './search.ts';

const { form: text } = recovery;
const usualRate = 50;
const mostRate = 1_000;
const dayMs = 86_400_000;
const fields = ['since', 'until', 'event_types', 'campaign_id', 'participant_id', 'rate_per_second'];

interface Values {
  readonly webhookId: string | null;
  readonly only: ReplayedOnly;
  readonly since: string | null;
  readonly until: string | null;
  readonly event_types: string[];
  readonly campaign_id: string | null;
  readonly participant_id: string | null;
  readonly rate_per_second: number | string;
}

type Body = Taking<'createReplay'>['body'];

/** What to replay: first it is counted, and only what was counted can be started. */
export function ReplayForm({
  webhookId,
  only,
  since,
  close,
}: {
  readonly webhookId: string | null;
  readonly only: ReplayedOnly;
  /** A day back unless given. */
  readonly since: string | undefined;
  readonly close: () => void;
}) {
  const form = useForm<Values>({
    initialValues: {
      webhookId,
      only,
      since: since ?? new Date(Date.now() - dayMs).toISOString(),
      until: null,
      event_types: [],
      campaign_id: null,
      participant_id: null,
      rate_per_second: usualRate,
    },
    validate: {
      webhookId: (value) => (value === null ? text.webhookMissing : null),
      since: (value) => (value === null ? text.sinceMissing : null),
    },
    onValuesChange: () => {
      counting.reset();
      starting.reset();
    },
  });
  const counting = useChange(
    async (values: Values): Promise<ReplayForecast> => {
      const answer = await ask(values, true);
      if (!('dry_run' in answer)) throw new Error('A count of events was answered with a replay');
      return answer;
    },
    { problem: 'shown' },
  );
  const starting = useChange((values: Values) => ask(values, false), {
    changes: ['/v1/jobs', '/v1/replays/{id}', '/v1/webhooks/{id}/replays'],
    done: text.started,
    problem: 'shown',
    onDone: close,
  });
  const { data: eventTypes } = useEventTypes();
  const forecast = counting.data;

  return (
    <form
      onSubmit={form.onSubmit((values) => {
        if (forecast === undefined) counting.mutate(values);
        else starting.mutate(values);
      })}
    >
      <Stack>
        <WebhookSelect withAsterisk {...form.getInputProps('webhookId')} />
        <Radio.Group label={text.only} {...form.getInputProps('only')}>
          <Stack gap="xs" mt={4}>
            {replayedOnly.map((value) => (
              <Radio key={value} value={value} {...text.onlyChoices[value]} />
            ))}
          </Stack>
        </Radio.Group>
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TimeField
            label={text.since}
            required
            value={form.values.since}
            onChange={(since) => form.setFieldValue('since', since)}
            error={form.errors['since']}
          />
          <TimeField
            label={text.until}
            placeholder={text.untilNow}
            value={form.values.until}
            onChange={(until) => form.setFieldValue('until', until)}
            error={form.errors['until']}
          />
          <CampaignSelect placeholder={text.anyCampaign} clearable {...form.getInputProps('campaign_id')} />
          <ParticipantSelect
            placeholder={text.anyParticipant}
            clearable
            {...form.getInputProps('participant_id')}
          />
          <MultiSelect
            label={text.eventTypes}
            placeholder={form.values.event_types.length === 0 ? text.allEventTypes : undefined}
            data={eventTypes?.map(({ type }) => type) ?? []}
            searchable
            clearable
            {...form.getInputProps('event_types')}
          />
          <NumberInput
            label={text.rate}
            description={text.rateHint}
            min={1}
            max={mostRate}
            allowDecimal={false}
            clampBehavior="strict"
            required
            {...form.getInputProps('rate_per_second')}
          />
        </SimpleGrid>
        <div aria-live="polite">
          {forecast === undefined ? (
            <Text size="sm" c="dimmed">
              {text.countFirst}
            </Text>
          ) : (
            <Forecast forecast={forecast} />
          )}
        </div>
        <FormProblem form={form} error={starting.error ?? counting.error} fields={fields} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {text.cancel}
          </Button>
          {forecast === undefined ? (
            <Button type="submit" loading={counting.isPending}>
              {text.count}
            </Button>
          ) : (
            <Button type="submit" loading={starting.isPending} disabled={forecast.deliveries === 0}>
              {text.start}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}

function ask({ webhookId, ...values }: Values, dryRun: boolean) {
  return fanfare.post('/v1/webhooks/{id}/replays', {
    path: { id: webhookId ?? '' },
    body: bodyOf(values, dryRun),
  });
}

function bodyOf(values: Omit<Values, 'webhookId'>, dryRun: boolean): Body {
  const { only, since, until, event_types, campaign_id, participant_id, rate_per_second } = values;
  return {
    only,
    since: since ?? '',
    ...(until !== null && { until }),
    ...(event_types.length > 0 && { event_types }),
    ...(campaign_id !== null && { campaign_id }),
    ...(participant_id !== null && { participant_id }),
    rate_per_second: Number(rate_per_second),
    dry_run: dryRun,
  };
}
