import type { Webhook } from '@fanfare/client';
import { Card, DataList, Stack, Title } from '@mantine/core';
import { webhookSettings as text } from '#strings/webhook-settings.ts';
import { duration } from '../../elements/index.ts';
import { Identity } from '../overview/identity.tsx';
import { rateSummary, specialSummary } from './further-sections.tsx';
import { retriesSummary } from './pause-rows.tsx';
import { valuesOf } from './values.ts';

const { sections, request, retries, order } = text;

/** The settings for those who may not change them. */
export function SettingsShown({ webhook }: { readonly webhook: Webhook }) {
  const values = valuesOf(webhook);
  const lines = [
    [request.headers, values.headers.map(({ name }) => name).join(', ') || request.none],
    [
      sections.retries.title,
      retries.summary(retriesSummary(values.retry_policy), duration(webhook.timeout_ms)),
    ],
    [sections.rate.title, rateSummary(values)],
    [sections.order.title, order.summary[values.order]],
    [sections.special.title, specialSummary(values)],
  ] as const;
  return (
    <Stack gap="md">
      <Identity webhook={webhook} />
      <Card withBorder padding="md" component="section">
        <Title order={2} size="h5" mb="sm">
          {text.shownTitle}
        </Title>
        <DataList labelWidth={220}>
          {lines.map(([label, value]) => (
            <DataList.Item key={label}>
              <DataList.ItemLabel>{label}</DataList.ItemLabel>
              <DataList.ItemValue>{value}</DataList.ItemValue>
            </DataList.Item>
          ))}
        </DataList>
      </Card>
    </Stack>
  );
}
