import { ActionIcon, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { randomId } from '@mantine/hooks';
import { IconPlus, IconX } from '@tabler/icons-react';
import { campaignSettings } from '#strings/campaign-settings.ts';
import { PointsInput } from '../elements/index.ts';
import type { CampaignForm } from './settings-form.tsx';

const text = campaignSettings.tiers;
const mostTiers = 50;

/** The tiers of a campaign, one a line. The API sorts them. */
export function TierFields({ form }: { readonly form: CampaignForm }) {
  const { tiers } = form.values;
  return (
    <Stack gap="xs">
      {tiers.length === 0 && (
        <Text size="sm" c="dimmed">
          {text.none}
        </Text>
      )}
      {tiers.map(({ key, name }, index) => (
        <Group key={key} gap="xs" wrap="nowrap" align="flex-start">
          <TextInput
            aria-label={text.nameOf(index + 1)}
            placeholder={text.name}
            required
            maxLength={100}
            style={{ flex: 1 }}
            {...form.getInputProps(`tiers.${index}.name`)}
          />
          <PointsInput
            aria-label={text.minPointsOf(index + 1)}
            placeholder={text.minPoints}
            required
            w={{ base: 120, sm: 180 }}
            {...form.getInputProps(`tiers.${index}.min_points`)}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={text.remove(name === '' ? text.unnamed : name)}
            onClick={() => form.removeListItem('tiers', index)}
          >
            <IconX size={16} />
          </ActionIcon>
        </Group>
      ))}
      {tiers.length < mostTiers && (
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} />}
          onClick={() => form.insertListItem('tiers', { key: randomId(), name: '', min_points: '' })}
          w="fit-content"
        >
          {text.add}
        </Button>
      )}
    </Stack>
  );
}
