import { IconPlayerTrackPrev } from '@tabler/icons-react';
import { recovery } from '#strings/recovery.ts';
import { useList } from '../api/index.ts';
import { Nothing } from '../elements/index.ts';
import { ReplayCard } from './replay-card.tsx';
import { SendingList } from './sending-list.tsx';

const { replays: text } = recovery;
const pageSize = 5;

/** Replays to all webhooks, newest first. */
export function ReplayList() {
  const list = useList('/v1/jobs', { query: { kind: 'replay', limit: pageSize } });
  return (
    <SendingList
      title={text.title}
      list={list}
      card={({ id }) => <ReplayCard key={id} replayId={id} />}
      empty={<Nothing icon={<IconPlayerTrackPrev />} title={text.none} description={text.noneDetail} />}
    />
  );
}
