import type { StreamActivityItem } from '@fanfare/client';
import { useEffect, useState } from 'react';
import { type ReadPath, useChanged } from '../api/index.ts';
import type { LiveMessage } from './connection.ts';
import { useLive } from './live.tsx';
import { Reader } from './reader.ts';

/** Reads the paths anew, what is shown of them, while messages come that `concerns` them: at most every two seconds. */
export function useReadAnew(paths: readonly ReadPath[], concerns: (message: LiveMessage) => boolean): void {
  const changed = useChanged();
  const [reader] = useState(() => new Reader(changed));
  useEffect(() => () => reader.stop(), [reader]);
  useLive((message) => {
    if (concerns(message)) reader.add(...paths);
  });
}

/** Whether something of the kind may have happened: not all that happened is told one by one. */
export function tellsOf(message: LiveMessage, isMeant: (item: StreamActivityItem) => boolean): boolean {
  return message.kind === 'activity' && (message.data.omitted > 0 || message.data.items.some(isMeant));
}
