import { Anchor, Skeleton, Text } from '@mantine/core';
import { webhookSettings } from '#strings/webhook-settings.ts';
import { Problem } from '../../elements/index.ts';
import { useCampaigns } from '../../pickers/index.ts';
import { CheckList } from './check-list.tsx';

const { campaigns: words } = webhookSettings;

/** The campaigns as checkboxes; none of them stands for all. */
export function CampaignChoice({
  label = words.label,
  value,
  onChange,
  error,
}: {
  readonly label?: string;
  readonly value: readonly string[];
  readonly onChange: (value: string[]) => void;
  readonly error?: string | undefined;
}) {
  const campaigns = useCampaigns();
  if (campaigns.error !== null) return <Problem error={campaigns.error} />;
  if (campaigns.data === undefined) return <Skeleton h={60} />;
  const known = new Set(campaigns.data.map(({ id }) => id));
  const items = [
    ...campaigns.data.map(({ id, name }) => ({ value: id, label: name })),
    ...value
      .filter((id) => !known.has(id))
      .map((id) => ({ value: id, label: words.deleted, description: id })),
  ];
  if (items.length === 0) return <Text size="sm">{words.empty}</Text>;
  return (
    <CheckList
      label={label}
      description={
        value.length === 0 ? (
          words.nothingChosen
        ) : (
          <>
            {words.chosen(value.length)}{' '}
            <Anchor component="button" type="button" size="xs" onClick={() => onChange([])}>
              {words.clear}
            </Anchor>
          </>
        )
      }
      find={words.find}
      groups={[{ title: '', items }]}
      value={value}
      onChange={onChange}
      error={error}
    />
  );
}
