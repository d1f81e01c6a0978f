import type { Trigger } from '@fanfare/client';
import { Button, Group, NumberInput, Radio, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { type UseFormReturnType, useForm } from '@mantine/form';
import { useState } from 'react';
import { triggers } from '#strings/triggers.ts';
import { fanfare, useChange, useRead } from '../api/index.ts';
import { FormFields, FormProblem, PointsInput, useUnsavedGuard } from '../elements/index.ts';
import { CampaignSelect } from '../pickers/index.ts';
import { useMay } from '../session/index.ts';
import { Firing } from './firing.tsx';
import { type TriggerValues, triggerBody, triggerFields, triggerValues } from './trigger-values.ts';
import { worth } from './worth.ts';

const text = triggers.form;

export interface TriggerFormProps {
  /** Null for a new one. */
  readonly trigger: Trigger | null;
  /** Ids that a new one cannot have: making it would replace them. */
  readonly taken: readonly string[];
  readonly onClose: () => void;
}

type Form = UseFormReturnType<TriggerValues>;

export function TriggerForm({ trigger, taken, onClose }: TriggerFormProps) {
  const mayChange = useMay('campaigns');
  const form = useForm<TriggerValues>({
    initialValues: triggerValues(trigger),
    validate: { id: (id) => (trigger === null && taken.includes(id) ? text.idTaken : null) },
  });
  const leave = useUnsavedGuard(form.isDirty());
  const save = useChange(
    (values: TriggerValues) =>
      fanfare.put('/v1/triggers/{trigger_id}', {
        path: { trigger_id: values.id },
        body: triggerBody(values),
      }),
    {
      changes: ['/v1/triggers'],
      problem: 'shown',
      ...(trigger !== null && { done: ({ name }: { readonly name: string }) => text.saved(name) }),
      onDone: () => {
        leave();
        onClose();
      },
    },
  );
  return (
    <Stack gap="xl">
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <FormFields disabled={!mayChange}>
          <Stack>
            <Names form={form} isNew={trigger === null} />
            <Credit form={form} />
            <TaskField form={form} />
            <FormProblem form={form} error={save.error} fields={triggerFields} />
            {mayChange && (
              <Group justify="flex-end">
                <Button variant="default" onClick={onClose}>
                  {triggers.cancel}
                </Button>
                <Button type="submit" loading={save.isPending} disabled={trigger !== null && !form.isDirty()}>
                  {trigger === null ? text.add : text.save}
                </Button>
              </Group>
            )}
          </Stack>
        </FormFields>
      </form>
      {trigger !== null && <Firing triggerId={trigger.id} withValue={'rate' in trigger.credit} />}
    </Stack>
  );
}

function Names({ form, isNew }: { readonly form: Form; readonly isNew: boolean }) {
  return (
    <>
      <TextInput
        label={text.id}
        description={isNew ? text.idHint : text.idFixed}
        required
        maxLength={100}
        readOnly={!isNew}
        {...(isNew && { 'data-autofocus': true })}
        {...form.getInputProps('id')}
      />
      <TextInput
        label={text.name}
        description={text.nameHint}
        required
        maxLength={200}
        {...form.getInputProps('name')}
      />
      <CampaignSelect
        label={text.campaign}
        description={text.campaignHint}
        required
        allowDeselect={false}
        {...form.getInputProps('campaign_id')}
        onChange={(chosen) => form.setValues({ campaign_id: chosen, task_id: null })}
      />
    </>
  );
}

function Credit({ form }: { readonly form: Form }) {
  const [example, setExample] = useState<number | string>(2.99);
  const { kind, rate } = form.values.credit;
  const points = worth(String(example), String(rate));
  return (
    <>
      <Radio.Group label={text.credit} {...form.getInputProps('credit.kind')}>
        <Group mt={6}>
          <Radio value="amount" label={text.kinds.amount} />
          <Radio value="rate" label={text.kinds.rate} />
        </Group>
      </Radio.Group>
      {kind === 'amount' ? (
        <PointsInput
          label={text.amount}
          description={text.amountHint}
          required
          {...form.getInputProps('credit.amount')}
        />
      ) : (
        <>
          <SimpleGrid cols={2} style={{ alignItems: 'end' }}>
            <PointsInput
              label={text.rate}
              description={text.rateHint}
              required
              {...form.getInputProps('credit.rate')}
            />
            <NumberInput
              label={text.example}
              description={text.exampleHint}
              hideControls
              value={example}
              onChange={setExample}
            />
          </SimpleGrid>
          <Text size="sm" role="status">
            {points !== null && <strong>{text.worth(String(example), String(rate), points)}</strong>}{' '}
            {text.rounding}
          </Text>
        </>
      )}
    </>
  );
}

function TaskField({ form }: { readonly form: Form }) {
  const { campaign_id: campaignId } = form.values;
  if (campaignId === null) return null;
  return <TaskSelect key={campaignId} form={form} campaignId={campaignId} />;
}

function TaskSelect({ form, campaignId }: { readonly form: Form; readonly campaignId: string }) {
  const tasks = useRead('/v1/campaigns/{id}/tasks', { path: { id: campaignId } });
  return (
    <Select
      label={text.task}
      description={text.taskHint}
      placeholder={text.taskNone}
      clearable
      searchable
      data={tasks.data?.data.map(({ id, name }) => ({ value: id, label: name })) ?? []}
      {...form.getInputProps('task_id')}
    />
  );
}
