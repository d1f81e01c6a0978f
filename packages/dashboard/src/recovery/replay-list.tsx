import { Button, Paper, Skeleton, Stack, Title } from '@mantine/core';
import { IconPlayerTrackPrev } from '@tabler/icons-react';
import { recovery } from '#strings/recovery.ts';
import { useList } from '../api/index.ts';
import { Nothing, Problem } from '../elements/index.ts';
import { ReplayCard } from './replay-card.tsx';

const { replays: text } = recovery;
const pageSize = 5;

/** Replays to all webhooks, newest first. */
export function ReplayList() {
  const list = useList('/v1/jobs', { query: { kind: 'replay', limit: pageSize } });
  return (
    <Stack gap="sm" component="section" aria-label={text.title}>
      <Title order={2} size="h4">
        {text.title}
      </Title>
      <Problem error={list.error} again={() => void list.refetch()} />
      {list.rows === undefined && list.error === null && <Skeleton h={110} />}
      {list.rows?.length === 0 && (
        <Paper withBorder radius="md">
          <Nothing icon={<IconPlayerTrackPrev />} title={text.none} description={text.noneDetail} />
        </Paper>
      )}
      {list.rows?.map(({ id }) => (
        <ReplayCard key={id} replayId={id} />
      ))}
      {list.hasNextPage && <More list={list} />}
    </Stack>
  );
}

export function More({
  list: { isFetchingNextPage, fetchNextPage },
}: {
  readonly list: {
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => Promise<unknown>;
  };
}) {
  return (
    <Button variant="default" mx="auto" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
      {recovery.more}
    </Button>
  );
}
