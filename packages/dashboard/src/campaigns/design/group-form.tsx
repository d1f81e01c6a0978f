import type { Group } from '@fanfare/client';
import { TextInput } from '@mantine/core';
import { campaignDesign as text } from '#strings/campaign-design.ts';
import { fanfare } from '../../api/index.ts';
import type { Design } from './design.ts';
import { EditorForm } from './editor-form.tsx';

export function GroupForm({
  design: { campaignId: id },
  group,
}: {
  readonly design: Design;
  readonly group: Group | null;
}) {
  return (
    <EditorForm
      initial={{ name: group?.name ?? '' }}
      fields={['name']}
      bodyOf={({ name }) => ({ name })}
      create={
        group === null ? (body) => fanfare.post('/v1/campaigns/{id}/groups', { path: { id }, body }) : null
      }
      update={(body) =>
        fanfare.patch('/v1/campaigns/{id}/groups/{group_id}', {
          path: { id, group_id: group?.id ?? '' },
          body,
        })
      }
    >
      {(form) => (
        <TextInput
          label={text.name}
          required
          maxLength={200}
          data-autofocus
          {...form.getInputProps('name')}
        />
      )}
    </EditorForm>
  );
}
