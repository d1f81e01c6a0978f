import type { Reward } from '@fanfare/client';
import { Checkbox, Fieldset, Radio, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { campaignDesign } from '#strings/campaign-design.ts';
import { fanfare, useRead } from '../../api/index.ts';
import { WebhookSelect } from '../../pickers/index.ts';
import type { Design } from './design.ts';
import { EditorForm } from './editor-form.tsx';
import { type RewardValues, rewardBody, rewardFields, rewardValues } from './reward-values.ts';

const text = campaignDesign.rewards;
const kinds = (Object.keys(text.kinds) as Reward['kind'][]).map((value) => ({
  value,
  label: text.kinds[value],
}));

export function RewardForm({
  design: { campaignId: id },
  reward,
}: {
  readonly design: Design;
  readonly reward: Reward | null;
}) {
  return (
    <EditorForm
      initial={rewardValues(reward)}
      fields={rewardFields}
      bodyOf={rewardBody}
      validate={{
        payout: {
          webhook_id: (chosen, { payout, kind }) =>
            payout.mode === 'webhook' && kind !== 'points' && chosen === null ? text.webhookMissing : null,
        },
      }}
      create={
        reward === null ? (body) => fanfare.post('/v1/campaigns/{id}/rewards', { path: { id }, body }) : null
      }
      update={(body) =>
        fanfare.patch('/v1/campaigns/{id}/rewards/{reward_id}', {
          path: { id, reward_id: reward?.id ?? '' },
          body,
        })
      }
    >
      {(form) => (
        <>
          <What form={form} fixed={reward !== null} />
          <Stock form={form} />
          <Payout form={form} />
        </>
      )}
    </EditorForm>
  );
}

type Form = UseFormReturnType<RewardValues>;

function What({ form, fixed }: { readonly form: Form; readonly fixed: boolean }) {
  return (
    <>
      <TextInput
        label={text.name}
        description={campaignDesign.nameHint}
        required
        maxLength={200}
        data-autofocus
        {...form.getInputProps('name')}
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Select
          label={text.kind}
          description={fixed ? text.kindFixed : text.kindHint}
          data={kinds}
          allowDeselect={false}
          readOnly={fixed}
          {...form.getInputProps('kind')}
        />
        <TextInput
          label={text.unit}
          description={text.unitHint}
          required
          maxLength={32}
          {...form.getInputProps('unit')}
        />
        {form.values.kind === 'custom' && (
          <Select
            label={text.decimals}
            description={fixed ? text.kindFixed : text.decimalsHint}
            data={['4', '18']}
            allowDeselect={false}
            readOnly={fixed}
            {...form.getInputProps('decimals')}
          />
        )}
      </SimpleGrid>
    </>
  );
}

function Stock({ form }: { readonly form: Form }) {
  return (
    <>
      <Checkbox label={text.limited} {...form.getInputProps('limited', { type: 'checkbox' })} />
      {form.values.limited && (
        <TextInput
          label={text.stock}
          description={text.stockHint}
          required
          inputMode="decimal"
          maxLength={80}
          {...form.getInputProps('stock')}
        />
      )}
    </>
  );
}

function Payout({ form }: { readonly form: Form }) {
  const { kind, payout } = form.values;
  if (kind === 'points') {
    return (
      <Text size="sm" c="dimmed">
        {text.pointsMode}
      </Text>
    );
  }
  return (
    <Fieldset legend={text.payoutTitle}>
      <Stack>
        <Radio.Group aria-label={text.payoutTitle} {...form.getInputProps('payout.mode')}>
          <Stack gap="xs">
            <Radio value="internal" label={text.modes.internal} />
            <Radio value="webhook" label={text.modes.webhook} />
          </Stack>
        </Radio.Group>
        {payout.mode === 'webhook' && (
          <>
            <PayingWebhook form={form} />
            <Checkbox
              label={text.automatic}
              description={text.automaticHint}
              {...form.getInputProps('payout.automatic', { type: 'checkbox' })}
            />
          </>
        )}
      </Stack>
    </Fieldset>
  );
}

/** The webhooks whose format has payment requests. */
function PayingWebhook({ form }: { readonly form: Form }) {
  const formats = useRead('/v1/formats').data;
  const paying = formats?.data.filter(({ event_types }) => event_types.includes('payout.requested'));
  return (
    <WebhookSelect
      label={text.webhook}
      description={text.webhookHint}
      {...(paying !== undefined && { among: { format: paying.map(({ name }) => name).join() } })}
      {...form.getInputProps('payout.webhook_id')}
    />
  );
}
