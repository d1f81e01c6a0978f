import { Button, Paper, Skeleton, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { recovery } from '#strings/recovery.ts';
import { Problem } from '../elements/index.ts';

/** A list of cards of what is or was sent again, newest first. */
export function SendingList<Row>({
  title,
  list,
  card,
  empty,
}: {
  readonly title: string;
  /** As `useList` gives it. */
  readonly list: {
    readonly rows: readonly Row[] | undefined;
    readonly error: unknown;
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly refetch: () => Promise<unknown>;
    readonly fetchNextPage: () => Promise<unknown>;
  };
  readonly card: (row: Row) => ReactNode;
  /** Instead of an empty list. */
  readonly empty: ReactNode;
}) {
  const { rows, error, hasNextPage, isFetchingNextPage } = list;
  return (
    <Stack gap="sm" component="section" aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      <Problem error={error} again={() => void list.refetch()} />
      {rows === undefined && error === null && <Skeleton h={110} />}
      {rows?.length === 0 && (
        <Paper withBorder radius="md">
          {empty}
        </Paper>
      )}
      {rows?.map(card)}
      {hasNextPage && (
        <Button
          variant="default"
          mx="auto"
          loading={isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {recovery.more}
        </Button>
      )}
    </Stack>
  );
}
