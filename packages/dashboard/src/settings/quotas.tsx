import type { Quota } from '@fanfare/client';
import { Badge, Group, Progress, Stack, Text } from '@mantine/core';
import { settings as text } from '#strings/settings.ts';
import { useRead } from '../api/index.ts';
import { count, FormSection, Moment, Reading } from '../elements/index.ts';
import { tellsOf, useReadAnew } from '../live/index.ts';

export function Quotas() {
  useReadAnew(['/v1/quotas'], (message) => tellsOf(message, ({ kind }) => kind === 'event'));
  const quotas = useRead('/v1/quotas');
  return (
    <FormSection title={text.quotas.title} description={text.quotas.description}>
      <Reading query={quotas} height={320}>
        {(data) => (
          <Stack gap="md" role="list" aria-label={text.quotas.label}>
            {data.data.map((quota) => (
              <QuotaInUse key={quota.name} quota={quota} />
            ))}
          </Stack>
        )}
      </Reading>
    </FormSection>
  );
}

/** From here on it is worth a word. */
const nearlyFull = 0.9;

function QuotaInUse({ quota }: { readonly quota: Quota }) {
  const { name, limit, used, own, resets_at } = quota;
  const label = text.quotas.names[name];
  const part = limit === null || used === null ? null : limit === 0 ? 1 : Math.min(used / limit, 1);
  return (
    <Stack gap={4} role="listitem">
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <Text size="sm">{label}</Text>
          {own && (
            <Badge size="sm" variant="light" color="gray" tt="none">
              {text.quotas.own}
            </Badge>
          )}
        </Group>
        <Text
          size="sm"
          c={limit === null ? 'dimmed' : undefined}
          style={{ fontVariantNumeric: 'tabular-nums' }}
        >
          {inWords(quota)}
        </Text>
      </Group>
      {part !== null && (
        <Progress
          value={part * 100}
          color={part >= 1 ? 'red' : part >= nearlyFull ? 'orange' : 'fanfare'}
          aria-label={label}
        />
      )}
      {part !== null && part >= nearlyFull && (
        <Text size="xs">{part >= 1 ? text.quotas.full : text.quotas.nearlyFull}</Text>
      )}
      {resets_at !== null && limit !== null && (
        <Text size="xs" c="dimmed" component="div">
          {text.quotas.anew} <Moment at={resets_at} />
        </Text>
      )}
    </Stack>
  );
}

function inWords({ limit, used }: Quota): string {
  if (used === null) return limit === null ? text.quotas.noLimit : text.quotas.upTo(count(limit));
  return limit === null ? text.quotas.unlimited(count(used)) : text.quotas.of(count(used), count(limit));
}
