import { Button, Text } from '@mantine/core';
import { history } from '#strings/history.ts';
import { useChange } from '../api/index.ts';
import { confirmFirst } from '../elements/index.ts';
import { useMay } from '../session/index.ts';

const { sending: text } = history;

export interface SendingControlsProps {
  readonly state: string;
  readonly cancelling: boolean;
  readonly pause: () => Promise<unknown>;
  readonly resume: () => Promise<unknown>;
  readonly cancel: () => Promise<unknown>;
  readonly cancelTitle: string;
  /** What is not done any more, and what stays done. */
  readonly cancelConsequence: string;
  /** What is read anew after each. */
  readonly changes: NonNullable<Parameters<typeof useChange>[1]>['changes'];
}

/** Pauses, goes on with and cancels what is sent again. */
export function SendingControls(props: SendingControlsProps) {
  const { state, cancelling, cancelTitle, cancelConsequence, changes = [] } = props;
  const may = useMay('webhooks');
  const pause = useChange(props.pause, { changes });
  const resume = useChange(props.resume, { changes });
  const cancel = useChange(props.cancel, { changes });
  if (!may) return null;
  if (cancelling) return <Text size="sm">{text.cancelling}</Text>;
  const [turn, label] = state === 'paused' ? [resume, text.resume] : [pause, text.pause];
  return (
    <>
      <Button size="xs" variant="default" loading={turn.isPending} onClick={() => turn.mutate(undefined)}>
        {label}
      </Button>
      <Button
        size="xs"
        variant="default"
        loading={cancel.isPending}
        onClick={() =>
          confirmFirst({
            title: cancelTitle,
            consequence: cancelConsequence,
            confirm: text.cancelConfirm,
            onConfirm: () => cancel.mutate(undefined),
          })
        }
      >
        {text.cancel}
      </Button>
    </>
  );
}
