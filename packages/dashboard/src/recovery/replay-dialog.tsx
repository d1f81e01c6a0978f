import { Modal } from '@mantine/core';
import { recovery } from '#strings/recovery.ts';
import { ReplayForm } from './replay-form.tsx';

const { form: text } = recovery;

/** Open while a webhook is named, or `new`. */
export function ReplayDialog({
  webhookId,
  close,
}: {
  readonly webhookId: string | undefined;
  readonly close: () => void;
}) {
  return (
    <Modal
      opened={webhookId !== undefined}
      onClose={close}
      title={text.title}
      size="lg"
      closeButtonProps={{ 'aria-label': text.close }}
    >
      {webhookId !== undefined && (
        <ReplayForm webhookId={webhookId === 'new' ? null : webhookId} close={close} />
      )}
    </Modal>
  );
}
