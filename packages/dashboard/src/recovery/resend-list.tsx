import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { recovery } from '#strings/recovery.ts';
import { useList } from '../api/index.ts';
import { Nothing } from '../elements/index.ts';
import { ResendCard } from '../history/index.ts';
import { SendingList } from './sending-list.tsx';

const { resends: text } = recovery;
const pageSize = 5;

/** What was sent again out of the history, newest first. */
export function ResendList() {
  const list = useList('/v1/resends', { query: { limit: pageSize } });
  return (
    <SendingList
      title={text.title}
      list={list}
      card={(resend) => <ResendCard key={resend.id} resend={resend} />}
      empty={
        <Nothing
          icon={<IconRefresh />}
          title={text.none}
          description={text.noneDetail}
          action={
            <Button component={Link} to="/history" variant="default">
              {text.toHistory}
            </Button>
          }
        />
      }
    />
  );
}
