import type { Format, Webhook } from '@fanfare/client';
import { SegmentedControl, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { webhookSettings as text } from '#strings/webhook-settings.ts';
import { FormSection } from '../../elements/index.ts';
import { useEventTypes } from '../../pickers/index.ts';
import { CampaignChoice } from './campaign-choice.tsx';
import { EventChoice } from './event-choice.tsx';
import { ExplainedRadios } from './explained-radios.tsx';
import type { SettingsForm } from './settings-form.ts';
import { UrlField } from './url-field.tsx';
import { inFormat } from './values.ts';

const { sections, statuses } = text;

export interface SectionProps {
  readonly form: SettingsForm;
}

/** Name, URL and whether it is on. */
export function BasicSection({ form, saved }: SectionProps & { readonly saved?: Webhook }) {
  return (
    <FormSection title={sections.basics.title}>
      <TextInput
        label={text.name}
        description={text.nameHint}
        required
        maxLength={200}
        {...form.getInputProps('name')}
      />
      <UrlField
        {...(saved !== undefined && { saved: saved.url })}
        {...form.getInputProps('url')}
        value={form.values.url}
        onChange={(url) => form.setFieldValue('url', url)}
      />
      <Textarea
        label={text.description}
        autosize
        minRows={2}
        maxRows={6}
        {...form.getInputProps('description')}
      />
      <ExplainedRadios
        label={text.status}
        value={form.values.status === 'disabled' ? null : form.values.status}
        onChange={(status) => form.setFieldValue('status', status)}
        error={form.values.status === 'disabled' ? statuses.disabled : undefined}
        choices={[
          { value: 'active', label: statuses.active, detail: statuses.activeDetail },
          { value: 'inactive', label: statuses.inactive, detail: statuses.inactiveDetail },
        ]}
      />
    </FormSection>
  );
}

export function FormatSection({ form, formats }: SectionProps & { readonly formats: readonly Format[] }) {
  const types = useEventTypes().data ?? [];
  const choose = (format: Format) => {
    const carried = types.filter(({ formats }) => formats.includes(format.name)).map(({ type }) => type);
    form.setValues(inFormat(form.values, format, carried));
  };
  return (
    <FormSection {...sections.format}>
      <ExplainedRadios
        label={text.format}
        value={form.values.format}
        onChange={(name) => {
          const format = formats.find((one) => one.name === name);
          if (format !== undefined) choose(format);
        }}
        error={errorAt(form, 'format')}
        choices={formats.map(({ name, title, description }) => ({
          value: name,
          label: title,
          detail: description,
        }))}
      />
      {form.values.format === 'cloudevents' && (
        <Stack gap={4}>
          <Text size="sm" fw={500} component="span" id="webhook-mode">
            {text.mode}
          </Text>
          <SimpleGrid cols={1}>
            <SegmentedControl
              aria-labelledby="webhook-mode"
              value={form.values.mode}
              onChange={(mode) => form.setFieldValue('mode', mode === 'binary' ? 'binary' : 'structured')}
              data={[
                { value: 'structured', label: text.modes.structured },
                { value: 'binary', label: text.modes.binary },
              ]}
              maw={280}
            />
          </SimpleGrid>
          <Text size="xs" c="dimmed">
            {form.values.mode === 'binary' ? text.modes.binaryDetail : text.modes.structuredDetail}
          </Text>
        </Stack>
      )}
    </FormSection>
  );
}

export function EventsSection({ form, format }: SectionProps & { readonly format: Format }) {
  return (
    <FormSection {...sections.events}>
      <EventChoice
        format={format}
        value={form.values.events}
        onChange={(events) => form.setFieldValue('events', events)}
        error={errorAt(form, 'events')}
      />
    </FormSection>
  );
}

export function CampaignsSection({ form }: SectionProps) {
  return (
    <FormSection {...sections.campaigns}>
      <CampaignChoice
        value={form.values.campaigns}
        onChange={(campaigns) => form.setFieldValue('campaigns', campaigns)}
        error={errorAt(form, 'campaigns')}
      />
    </FormSection>
  );
}

/** What the API said of a setting. */
export function errorAt(form: SettingsForm, field: string): string | undefined {
  const error = form.errors[field];
  return typeof error === 'string' ? error : undefined;
}
