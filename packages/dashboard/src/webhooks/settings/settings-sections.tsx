import type { Format, Webhook } from '@fanfare/client';
import { Accordion, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { webhookSettings as text } from '#strings/webhook-settings.ts';
import { useRead } from '../../api/index.ts';
import { Problem } from '../../elements/index.ts';
import {
  BasicSection,
  CampaignsSection,
  EventsSection,
  FormatSection,
  type SectionProps,
} from './basic-sections.tsx';
import { furtherSections } from './further-sections.tsx';

/** Every setting of a webhook: what most decide first, the rest in sections of its own. */
export function SettingsSections({ form, saved }: SectionProps & { readonly saved?: Webhook }) {
  const formats = useRead('/v1/formats');
  if (formats.error !== null) return <Problem error={formats.error} again={() => void formats.refetch()} />;
  const format = formats.data?.data.find(({ name }) => name === form.values.format);
  if (formats.data === undefined || format === undefined) return <Skeleton h={600} />;
  return (
    <Stack gap="md">
      <BasicSection form={form} {...(saved !== undefined && { saved })} />
      <FormatSection form={form} formats={formats.data.data} />
      <EventsSection form={form} format={format} />
      <CampaignsSection form={form} />
      <FurtherSections form={form} format={format} saved={saved} />
    </Stack>
  );
}

function FurtherSections({
  form,
  format,
  saved,
}: SectionProps & { readonly format: Format; readonly saved: Webhook | undefined }) {
  const [opened, setOpened] = useState<string[]>([]);
  const sections = furtherSections(form, format, saved);
  // What the API refused has to be seen.
  const refused = sections
    .filter(({ fields }) => fields.some((field) => form.errors[field] !== undefined))
    .map(({ name }) => name);
  return (
    <section>
      <Title order={2} size="h4" mb="sm">
        {text.more}
      </Title>
      <Accordion
        multiple
        variant="contained"
        order={3}
        value={[...new Set([...opened, ...refused])]}
        onChange={setOpened}
      >
        {sections.map(({ name, title, summary, content }) => (
          <Accordion.Item key={name} value={name}>
            <Accordion.Control>
              <Text fw={600} size="sm" component="span" mr="sm">
                {title}
              </Text>
              <Text size="sm" c="dimmed" component="span" style={{ overflowWrap: 'anywhere' }}>
                {summary}
              </Text>
            </Accordion.Control>
            <Accordion.Panel>{content}</Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </section>
  );
}
