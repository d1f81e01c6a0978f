import { Button, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconPlus, IconTargetArrow } from '@tabler/icons-react';
import { campaignDesign as text } from '#strings/campaign-design.ts';
import { Nothing, Problem } from '../../elements/index.ts';
import { useMay } from '../../session/index.ts';
import { useCampaign } from '../campaign.ts';
import { useDesign } from './design.ts';
import { Editor } from './editor.tsx';
import { GroupCard } from './group-card.tsx';
import { RewardTable } from './reward-table.tsx';
import { useEditing } from './use-editing.ts';

/** The campaign as a tree, its rewards, and beside them whatever is being edited. */
export function DesignTab() {
  const { id, points_name } = useCampaign();
  const { design, error, again } = useDesign(id, points_name);
  const mayDesign = useMay('campaigns');
  const { add } = useEditing();
  if (design === null) {
    return error === null ? <Waiting /> : <Problem error={error} again={again} />;
  }
  const addGroup = mayDesign && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => add('group')}>
      {text.addGroup}
    </Button>
  );
  return (
    <Stack gap="xl">
      <Stack>
        <Group justify="space-between" align="flex-start">
          <div>
            <Title order={2} size="h4">
              {text.tree}
            </Title>
            <Text size="sm" c="dimmed">
              {text.treeHint}
            </Text>
          </div>
          {design.groups.length > 0 && addGroup}
        </Group>
        {design.groups.length === 0 && (
          <Paper withBorder radius="md">
            <Nothing
              icon={<IconTargetArrow />}
              title={text.empty.title}
              description={mayDesign ? text.empty.may : text.empty.mayNot}
              action={addGroup || undefined}
            />
          </Paper>
        )}
        {design.groups.map((group) => (
          <GroupCard key={group.id} group={group} design={design} />
        ))}
      </Stack>
      <RewardTable design={design} />
      <Editor design={design} />
    </Stack>
  );
}

function Waiting() {
  return (
    <Stack aria-busy>
      <Skeleton h={28} maw={260} />
      <Skeleton h={240} />
      <Skeleton h={180} />
    </Stack>
  );
}
