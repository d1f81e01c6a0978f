import { ActionIcon, Menu } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconDots, IconEye, IconPencil, IconTrash } from '@tabler/icons-react';
import { campaignDesign as text } from '#strings/campaign-design.ts';
import { useMay } from '../../session/index.ts';

export interface RowMenuProps {
  readonly name: string;
  readonly onEdit: () => void;
  readonly onDelete: () => void;
  /** Null where there is nothing above or below, or no order. */
  readonly onUp?: (() => void) | null;
  readonly onDown?: (() => void) | null;
}

/** What can be done with a group, a quest, a task or a reward. Who may only look can look at all of it. */
export function RowMenu({ name, onEdit, onDelete, onUp = null, onDown = null }: RowMenuProps) {
  const mayDesign = useMay('campaigns');
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={text.actions(name)}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={mayDesign ? <IconPencil size={16} /> : <IconEye size={16} />}
          onClick={onEdit}
        >
          {mayDesign ? text.edit : text.look}
        </Menu.Item>
        {mayDesign && onUp !== null && (
          <Menu.Item leftSection={<IconArrowUp size={16} />} onClick={onUp}>
            {text.moveUp}
          </Menu.Item>
        )}
        {mayDesign && onDown !== null && (
          <Menu.Item leftSection={<IconArrowDown size={16} />} onClick={onDown}>
            {text.moveDown}
          </Menu.Item>
        )}
        {mayDesign && (
          <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={onDelete}>
            {text.delete}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
