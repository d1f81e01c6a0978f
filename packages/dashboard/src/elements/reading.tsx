import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { Problem } from './problem.tsx';

interface Query<Data> {
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
}

/** What is read: a placeholder of its height until it is there, and why it could not be read. */
export function Reading<Data>({
  query: { data, error, refetch },
  height,
  children,
}: {
  readonly query: Query<Data>;
  /** In pixels, about what will stand there. */
  readonly height: number;
  readonly children: (data: Data) => ReactNode;
}) {
  if (data !== undefined) return children(data);
  if (error === null) return <Skeleton h={height} />;
  return <Problem error={error} again={() => void refetch()} />;
}
