import type { ParticipantDetail } from '@fanfare/client';
import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useState } from 'react';
import { participants as text } from '#strings/participants.ts';
import { fanfare, useChange } from '../api/index.ts';
import { useMay } from '../session/index.ts';
import { EraseDialog } from './erase-dialog.tsx';
import { MergeDialog } from './merge-dialog.tsx';
import { ParticipantDialog } from './participant-form.tsx';

/** What can be done with somebody, for those who look after participants. */
export function ParticipantActions({ participant }: { readonly participant: ParticipantDetail }) {
  const { id } = participant;
  const [shown, setShown] = useState<'edit' | 'merge' | 'erase' | null>(null);
  const close = () => setShown(null);
  const takeOut = useChange(() => fanfare.post('/v1/participants/{id}/export', { path: { id } }), {
    done: text.exported,
    onDone: (everything) => saveAs(`${id}.json`, JSON.stringify(everything, null, 2)),
  });
  if (!useMay('people')) return null;
  return (
    <>
      <Button variant="default" onClick={() => setShown('edit')}>
        {text.edit}
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size="lg" aria-label={text.more} loading={takeOut.isPending}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => takeOut.mutate(undefined)}>{text.exportAction}</Menu.Item>
          <Menu.Item onClick={() => setShown('merge')}>{text.mergeAction}</Menu.Item>
          <Menu.Item color="red" onClick={() => setShown('erase')}>
            {text.eraseAction}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ParticipantDialog participant={participant} opened={shown === 'edit'} onClose={close} />
      <MergeDialog participant={participant} opened={shown === 'merge'} onClose={close} />
      <EraseDialog participant={participant} opened={shown === 'erase'} onClose={close} />
    </>
  );
}

/** Hands a file to whoever uses the page. */
function saveAs(name: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
