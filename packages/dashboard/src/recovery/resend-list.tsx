import { Button, Paper, Skeleton, Stack, Title } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { recovery } from '#strings/recovery.ts';
import { useList } from '../api/index.ts';
import { Nothing, Problem } from '../elements/index.ts';
import { ResendCard } from '../history/index.ts';
import { More } from './replay-list.tsx';

const { resends: text } = recovery;
const pageSize = 5;

/** What was sent again out of the history, newest first. */
export function ResendList() {
  const list = useList('/v1/resends', { query: { limit: pageSize } });
  return (
    <Stack gap="sm" component="section" aria-label={text.title}>
      <Title order={2} size="h4">
        {text.title}
      </Title>
      <Problem error={list.error} again={() => void list.refetch()} />
      {list.rows === undefined && list.error === null && <Skeleton h={110} />}
      {list.rows?.length === 0 && (
        <Paper withBorder radius="md">
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
        </Paper>
      )}
      {list.rows?.map((resend) => (
        <ResendCard key={resend.id} resend={resend} />
      ))}
      {list.hasNextPage && <More list={list} />}
    </Stack>
  );
}
