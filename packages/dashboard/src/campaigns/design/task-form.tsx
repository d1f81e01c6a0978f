import type { Task } from '@fanfare/client';
import {
  Checkbox,
  Fieldset,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Textarea,
  TextInput,
} from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { ReactNode } from 'react';
import { campaignDesign } from '#strings/campaign-design.ts';
import { fanfare } from '../../api/index.ts';
import { PointsInput } from '../../elements/index.ts';
import { TaskChoice } from '../task-choice.tsx';
import type { Design } from './design.ts';
import { EditorForm } from './editor-form.tsx';
import { RewardShareFields } from './reward-share-fields.tsx';
import { metaFault, type TaskValues, taskBody, taskFields, taskValues } from './task-values.ts';

const text = campaignDesign.task;

export function TaskForm({
  design,
  task,
  into,
}: {
  readonly design: Design;
  readonly task: Task | null;
  /** The quest that a new one belongs to; the first unless given. */
  readonly into?: string | undefined;
}) {
  const { campaignId: id, quests } = design;
  const quest = quests.find((one) => one.id === into) ?? quests[0];
  return (
    <EditorForm
      initial={taskValues(task, quest?.id ?? '')}
      fields={taskFields}
      bodyOf={taskBody}
      validate={{ meta: metaFault }}
      create={
        task === null ? (body) => fanfare.post('/v1/campaigns/{id}/tasks', { path: { id }, body }) : null
      }
      update={(body) =>
        fanfare.patch('/v1/campaigns/{id}/tasks/{task_id}', { path: { id, task_id: task?.id ?? '' }, body })
      }
    >
      {(form) => (
        <>
          <What form={form} design={design} />
          <Worth form={form} design={design} />
          <When form={form} campaignId={id} taskId={task?.id} />
          <Counts form={form} />
          <Section title={text.sections.data}>
            <Textarea
              label={text.meta}
              description={text.metaHint}
              autosize
              minRows={3}
              maxRows={14}
              spellCheck={false}
              styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
              {...form.getInputProps('meta')}
            />
          </Section>
        </>
      )}
    </EditorForm>
  );
}

type Form = UseFormReturnType<TaskValues>;

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Fieldset legend={title}>
      <Stack>{children}</Stack>
    </Fieldset>
  );
}

function What({ form, design: { quests } }: { readonly form: Form; readonly design: Design }) {
  return (
    <Section title={text.sections.what}>
      <TextInput
        label={campaignDesign.name}
        description={campaignDesign.nameHint}
        required
        maxLength={200}
        data-autofocus
        {...form.getInputProps('name')}
      />
      <TextInput
        label={text.type}
        description={text.typeHint}
        required
        maxLength={64}
        {...form.getInputProps('type')}
      />
      <Select
        label={campaignDesign.quest}
        required
        allowDeselect={false}
        searchable
        data={quests.map(({ id, name }) => ({ value: id, label: name }))}
        {...form.getInputProps('quest_id')}
      />
    </Section>
  );
}

function Worth({ form, design }: { readonly form: Form; readonly design: Design }) {
  return (
    <Section title={text.sections.worth}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} style={{ alignItems: 'end' }}>
        <PointsInput
          label={campaignDesign.points}
          description={text.pointsHint}
          {...form.getInputProps('points')}
        />
        <PointsInput
          label={text.multiplier}
          description={text.multiplierHint}
          suffix=" %"
          {...form.getInputProps('multiplier_percent')}
        />
      </SimpleGrid>
      <RewardShareFields form={form} design={design} />
    </Section>
  );
}

const recurrences = (Object.keys(campaignDesign.recurrences) as Task['recurrence'][]).map((value) => ({
  value,
  label: campaignDesign.recurrences[value],
}));

function When({
  form,
  campaignId,
  taskId,
}: {
  readonly form: Form;
  readonly campaignId: string;
  readonly taskId: string | undefined;
}) {
  return (
    <Section title={text.sections.when}>
      <Select
        label={text.recurrence}
        description={text.recurrenceHint}
        allowDeselect={false}
        data={recurrences}
        {...form.getInputProps('recurrence')}
      />
      <TaskChoice
        campaignId={campaignId}
        except={taskId}
        label={text.prerequisites}
        description={text.prerequisitesHint}
        nothing={text.prerequisitesNone}
        {...form.getInputProps('prerequisites')}
      />
    </Section>
  );
}

function Counts({ form }: { readonly form: Form }) {
  return (
    <Section title={text.sections.counts}>
      <Checkbox
        label={text.ugc}
        description={text.ugcHint}
        {...form.getInputProps('ugc', { type: 'checkbox' })}
      />
      <Checkbox
        label={text.browser}
        description={text.browserHint}
        {...form.getInputProps('browser', { type: 'checkbox' })}
      />
      <Checkbox label={text.level} {...form.getInputProps('level.on', { type: 'checkbox' })} />
      {form.values.level.on && (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput label={text.levelId} required maxLength={128} {...form.getInputProps('level.id')} />
          <NumberInput
            label={text.levelNumber}
            required
            allowDecimal={false}
            allowNegative={false}
            max={1_000_000}
            {...form.getInputProps('level.number')}
          />
          <TextInput label={text.levelName} required maxLength={200} {...form.getInputProps('level.name')} />
          <Checkbox
            label={text.levelLast}
            {...form.getInputProps('level.last', { type: 'checkbox' })}
            mt={{ base: 0, sm: 28 }}
          />
        </SimpleGrid>
      )}
    </Section>
  );
}
