import { Button, Group, NumberInput, Radio, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { type UseFormReturnType, useForm } from '@mantine/form';
import { useEffect, useEffectEvent, useMemo } from 'react';
import { campaignSettings as text } from '#strings/campaign-settings.ts';
import { campaigns } from '#strings/campaigns.ts';
import { FormFields, FormProblem, FormSection, PointsInput, useUnsavedGuard } from '../elements/index.ts';
import { useCommunities } from './community-names.ts';
import { type BonusKind, type CampaignValues, fieldsOf, type Status } from './settings-values.ts';
import { TaskChoice } from './task-choice.tsx';
import { TierFields } from './tier-fields.tsx';

export type CampaignForm = UseFormReturnType<CampaignValues>;

export interface SettingsFormProps {
  readonly initial: CampaignValues;
  /** Whose tasks may qualify; null while it does not exist yet. */
  readonly campaignId: string | null;
  readonly action: string;
  readonly saving: boolean;
  readonly error: unknown;
  /** `leave`: call it before leaving the page on purpose. */
  readonly onSave: (values: CampaignValues, form: CampaignForm, leave: () => void) => void;
  /** False for who may only look. */
  readonly mayChange?: boolean;
}

/** Every setting of a campaign, for a new one and for one that is there. */
export function SettingsForm({
  initial,
  campaignId,
  action,
  saving,
  error,
  onSave,
  mayChange = true,
}: SettingsFormProps) {
  const form = useForm<CampaignValues>({
    initialValues: initial,
    validate: {
      // Both are as the fields have them, so the earlier one comes first as a text, too.
      ends_at: (ends, { starts_at }) =>
        ends !== '' && ends <= starts_at ? text.basics.endsBeforeStart : null,
    },
  });
  const dirty = form.isDirty();
  const leave = useUnsavedGuard(dirty);
  const follow = useEffectEvent(() => {
    if (!form.isDirty()) startFrom(form, initial);
  });
  const saved = JSON.stringify(initial);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was saved elsewhere is shown unless somebody is typing.
  useEffect(() => follow(), [saved]);
  const fields = useMemo(() => fieldsOf(form.values), [form.values]);
  return (
    <form
      onSubmit={form.onSubmit(
        (values) => onSave(values, form, leave),
        () => form.getInputNode('ends_at')?.focus(),
      )}
    >
      <FormFields disabled={!mayChange}>
        <Stack gap="lg" maw={860}>
          <Basics form={form} />
          <Points form={form} />
          <Referrals form={form} campaignId={campaignId} />
          <FormSection title={text.tiers.title} description={text.tiers.description}>
            <TierFields form={form} />
          </FormSection>
          <FormProblem form={form} error={error} fields={fields} />
          {mayChange && (
            <Group justify="flex-end">
              {campaignId !== null && dirty && (
                <Button variant="default" onClick={() => form.reset()}>
                  {text.reset}
                </Button>
              )}
              <Button type="submit" loading={saving} disabled={campaignId !== null && !dirty}>
                {action}
              </Button>
            </Group>
          )}
        </Stack>
      </FormFields>
    </form>
  );
}

/** Shows these, as saved. */
export function startFrom(form: CampaignForm, values: CampaignValues): void {
  form.setInitialValues(values);
  form.setValues(values);
}

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const statuses: readonly Status[] = ['draft', 'active', 'paused', 'ended'];
const statusChoices = statuses.map((value) => ({ value, label: campaigns.statuses[value].label }));

function Basics({ form }: { readonly form: CampaignForm }) {
  const communities = useCommunities();
  const choices = communities.data?.map(({ id, name }) => ({ value: id, label: name })) ?? [];
  const standard = communities.data?.find((community) => community.default);
  return (
    <FormSection title={text.basics.title} description={text.basics.description}>
      <TextInput
        label={text.basics.name}
        description={text.basics.nameHint}
        required
        maxLength={200}
        {...form.getInputProps('name')}
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Select
          label={text.basics.status}
          description={campaigns.statuses[form.values.status].meaning}
          data={statusChoices}
          allowDeselect={false}
          {...form.getInputProps('status')}
        />
        <Select
          label={text.basics.community}
          description={text.basics.communityHint}
          data={choices}
          placeholder={standard?.name ?? ''}
          allowDeselect={false}
          searchable
          {...form.getInputProps('community_id')}
        />
        <TextInput
          type="datetime-local"
          label={text.basics.starts}
          description={`${text.basics.startsHint} ${text.basics.zone(zone)}`}
          {...form.getInputProps('starts_at')}
        />
        <TextInput
          type="datetime-local"
          label={text.basics.ends}
          description={`${text.basics.endsHint} ${text.basics.zone(zone)}`}
          {...form.getInputProps('ends_at')}
        />
      </SimpleGrid>
    </FormSection>
  );
}

function Points({ form }: { readonly form: CampaignForm }) {
  return (
    <FormSection title={text.points.title} description={text.points.description}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput
          label={text.points.name}
          description={text.points.nameHint}
          required
          maxLength={32}
          {...form.getInputProps('points_name')}
        />
        <PointsInput
          label={text.points.initial}
          description={text.points.initialHint}
          {...form.getInputProps('initial_points')}
        />
      </SimpleGrid>
    </FormSection>
  );
}

const bonusKinds: readonly BonusKind[] = ['none', 'percent', 'amount'];

function Referrals({
  form,
  campaignId,
}: {
  readonly form: CampaignForm;
  readonly campaignId: string | null;
}) {
  const { kind } = form.values.referral_bonus;
  return (
    <FormSection title={text.referrals.title} description={text.referrals.description}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <PointsInput
          label={text.referrals.minPoints}
          description={text.referrals.minPointsHint}
          {...form.getInputProps('referral_rule.min_points')}
        />
        {campaignId !== null && (
          <TaskChoice
            campaignId={campaignId}
            label={text.referrals.tasks}
            description={text.referrals.tasksHint}
            nothing={text.referrals.tasksNone}
            {...form.getInputProps('referral_rule.any_of_task_ids')}
          />
        )}
      </SimpleGrid>
      <Radio.Group label={text.referrals.bonus} {...form.getInputProps('referral_bonus.kind')}>
        <Group mt={6} gap="lg">
          {bonusKinds.map((value) => (
            <Radio key={value} value={value} label={text.referrals.bonusKinds[value]} />
          ))}
        </Group>
      </Radio.Group>
      {kind === 'percent' && (
        <NumberInput
          label={text.referrals.percent}
          description={text.referrals.percentHint}
          required
          suffix=" %"
          decimalScale={4}
          allowNegative={false}
          hideControls
          maw={320}
          {...form.getInputProps('referral_bonus.value')}
          error={form.errors['referral_bonus']}
        />
      )}
      {kind === 'amount' && (
        <PointsInput
          label={text.referrals.amount}
          description={text.referrals.amountHint}
          required
          maw={320}
          {...form.getInputProps('referral_bonus.value')}
          error={form.errors['referral_bonus']}
        />
      )}
    </FormSection>
  );
}
