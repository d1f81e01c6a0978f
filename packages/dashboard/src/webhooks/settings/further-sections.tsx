import type { Format, Webhook } from '@fanfare/client';
import { Anchor, Checkbox, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { webhookPage } from '#strings/webhook-page.ts';
import { webhookSettings as text } from '#strings/webhook-settings.ts';
import { duration } from '../../elements/index.ts';
import { errorAt, type SectionProps } from './basic-sections.tsx';
import { ExplainedRadios } from './explained-radios.tsx';
import { HeaderRows } from './header-rows.tsx';
import { PauseRows, retriesSummary } from './pause-rows.tsx';
import { SecretChoiceInput } from './secret-choice.tsx';
import type { SettingsForm } from './settings-form.ts';
import type { SettingsValues } from './values.ts';

const { request, retries, rate, order, special, id, sections } = text;

/** A part of the form that most do not need, closed until somebody opens it. */
export interface FurtherSection {
  readonly name: string;
  readonly title: string;
  /** What is chosen, beside the title. */
  readonly summary: string;
  /** The settings in it, by the API's names. */
  readonly fields: readonly string[];
  readonly content: ReactNode;
}

export function furtherSections(
  form: SettingsForm,
  format: Format,
  saved: Webhook | undefined,
): FurtherSection[] {
  const { values } = form;
  const secret: FurtherSection = {
    name: 'secret',
    title: sections.secret.title,
    summary: text.secretSummary[values.secret.kind],
    fields: ['secret'],
    content: (
      <SecretChoiceInput
        value={values.secret}
        onChange={(chosen) => form.setFieldValue('secret', chosen)}
        error={errorAt(form, 'secret')}
      />
    ),
  };
  return [
    {
      name: 'request',
      title: sections.request.title,
      summary: `${values.method}, ${values.headers.length === 0 ? request.none : request.count(values.headers.length)}`,
      fields: ['method', 'headers'],
      content: <RequestFields form={form} format={format} />,
    },
    saved === undefined ? secret : savedSecret(saved),
    {
      name: 'retries',
      title: sections.retries.title,
      summary: retries.summary(
        retriesSummary(values.retry_policy),
        duration(Number(values.timeout_seconds) * 1_000),
      ),
      fields: ['retry_policy', 'timeout_ms'],
      content: <RetryFields form={form} />,
    },
    {
      name: 'rate',
      title: sections.rate.title,
      summary: rateSummary(values),
      fields: ['rate_limit'],
      content: <RateFields form={form} />,
    },
    {
      name: 'order',
      title: sections.order.title,
      summary: order.summary[values.order],
      fields: ['ordering'],
      content: <OrderFields form={form} />,
    },
    {
      name: 'special',
      title: sections.special.title,
      summary: specialSummary(values),
      fields: ['payout_processing'],
      content: <SpecialFields form={form} />,
    },
    {
      name: 'id',
      title: sections.id.title,
      summary: values.id === '' ? id.summary : values.id,
      fields: ['id'],
      content: (
        <TextInput
          label={id.label}
          description={id.hint}
          autoComplete="off"
          spellCheck={false}
          maw={420}
          {...form.getInputProps('id')}
        />
      ),
    },
  ];
}

function savedSecret({ id, secrets }: Webhook): FurtherSection {
  const current = secrets.find(({ expires_at }) => expires_at === null);
  return {
    name: 'secret',
    title: sections.secret.title,
    summary:
      current === undefined ? text.secretSaved.none : webhookPage.secrets.versions[current.signature_version],
    fields: [],
    content: (
      <Text size="sm">
        {text.secretSaved.detail}{' '}
        <Anchor
          size="sm"
          renderRoot={(props) => <Link to="/webhooks/$webhookId" params={{ webhookId: id }} {...props} />}
        >
          {text.secretSaved.link}
        </Anchor>
      </Text>
    ),
  };
}

function RequestFields({ form, format }: SectionProps & { readonly format: Format }) {
  const { method } = form.values;
  return (
    <Stack>
      {format.methods.length === 1 ? (
        <Text size="sm">{request.methodHint(format.title, format.methods.join(', '))}</Text>
      ) : (
        <Select
          label={request.method}
          description={request.methodHint(format.title, format.methods.join(', '))}
          data={[...format.methods]}
          value={method}
          onChange={(chosen) => {
            const found = format.methods.find((one) => one === chosen);
            if (found !== undefined) form.setFieldValue('method', found);
          }}
          allowDeselect={false}
          error={errorAt(form, 'method')}
          maw={280}
        />
      )}
      {(method === 'GET' || method === 'DELETE') && <Text size="sm">{request.query}</Text>}
      <HeaderRows
        value={form.values.headers}
        onChange={(headers) => form.setFieldValue('headers', headers)}
        error={errorAt(form, 'headers')}
      />
    </Stack>
  );
}

function RetryFields({ form }: SectionProps) {
  return (
    <Stack>
      <PauseRows
        value={form.values.retry_policy}
        onChange={(rows) => form.setFieldValue('retry_policy', rows)}
        error={errorAt(form, 'retry_policy')}
      />
      <NumberInput
        label={retries.timeout}
        description={retries.timeoutHint}
        min={0}
        decimalScale={3}
        maw={420}
        value={form.values.timeout_seconds}
        onChange={(seconds) => form.setFieldValue('timeout_seconds', seconds)}
        error={errorAt(form, 'timeout_ms')}
      />
    </Stack>
  );
}

function RateFields({ form }: SectionProps) {
  const { rate: chosen } = form.values;
  return (
    <Stack>
      <ExplainedRadios
        label={rate.label}
        value={chosen}
        onChange={(kind) => form.setFieldValue('rate', kind)}
        choices={[
          { value: 'none', label: rate.none, detail: rate.noneDetail },
          { value: 'fixed', label: rate.fixed, detail: rate.fixedDetail },
          { value: 'adaptive', label: rate.adaptive, detail: rate.adaptiveDetail },
        ]}
      />
      {chosen !== 'none' && (
        <NumberInput
          label={chosen === 'fixed' ? rate.perSecond : rate.most}
          description={chosen === 'fixed' ? rate.perSecondHint : rate.mostHint}
          min={0}
          maw={280}
          value={form.values.per_second}
          onChange={(perSecond) => form.setFieldValue('per_second', perSecond)}
          error={errorAt(form, 'rate_limit')}
        />
      )}
    </Stack>
  );
}

function OrderFields({ form }: SectionProps) {
  const { order: chosen, on_failure: onFailure } = form.values;
  return (
    <Stack>
      <ExplainedRadios
        label={order.label}
        value={chosen}
        onChange={(by) => form.setFieldValue('order', by)}
        choices={[
          { value: 'none', label: order.none, detail: order.noneDetail },
          { value: 'participant', label: order.participant, detail: order.participantDetail },
          { value: 'webhook', label: order.webhook, detail: order.webhookDetail },
        ]}
        error={errorAt(form, 'ordering')}
      />
      {chosen !== 'none' && (
        <ExplainedRadios
          label={order.onFailure}
          value={onFailure}
          onChange={(reaction) => form.setFieldValue('on_failure', reaction)}
          choices={[
            { value: 'park', label: order.failures.park, detail: order.failures.parkDetail },
            { value: 'wait', label: order.failures.wait, detail: order.failures.waitDetail },
            { value: 'skip', label: order.failures.skip, detail: order.failures.skipDetail },
          ]}
        />
      )}
    </Stack>
  );
}

function SpecialFields({ form }: SectionProps) {
  return (
    <Stack>
      <Checkbox
        label={special.testParticipants}
        description={special.testParticipantsHint}
        {...form.getInputProps('include_test_participants', { type: 'checkbox' })}
      />
      <Checkbox
        label={special.payout}
        description={special.payoutHint}
        {...form.getInputProps('payout_processing', { type: 'checkbox' })}
      />
    </Stack>
  );
}

export function rateSummary({ rate: chosen, per_second }: SettingsValues): string {
  if (chosen === 'none') return rate.none;
  return chosen === 'adaptive' ? rate.adaptive : rate.summaryFixed(String(per_second));
}

export function specialSummary({ include_test_participants, payout_processing }: SettingsValues): string {
  const chosen = [
    ...(include_test_participants ? [special.summary.test] : []),
    ...(payout_processing ? [special.summary.payout] : []),
  ];
  return chosen.length === 0 ? special.summary.none : chosen.join(', ');
}
