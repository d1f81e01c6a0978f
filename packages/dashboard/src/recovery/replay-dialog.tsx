import { Modal } from '@mantine/core';
import { recovery } from '#strings/recovery.ts';
import { ReplayForm } from './replay-form.tsx';
import type { RecoverySearch } from './search.ts';

const { form: text } = recovery;

/** Open while a webhook is named, or `new`. */
export function ReplayDialog({
  search: { replay, only = 'missing', since },
  close,
}: {
  readonly search: RecoverySearch;
  readonly close: () => void;
}) {
  return (
    <Modal
      opened={replay !== undefined}
      onClose={close}
      title={text.title}
      size="lg"
      closeButtonProps={{ 'aria-label': text.close }}
    >
      {replay !== undefined && (
        <ReplayForm webhookId={replay === 'new' ? null : replay} only={only} since={since} close={close} />
      )}
    </Modal>
  );
}
