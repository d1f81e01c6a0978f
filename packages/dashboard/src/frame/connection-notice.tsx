import { Alert } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { frame as text } from '#strings/frame.ts';
import { notifyDone } from '../api/index.ts';
import { useConnectionState } from '../live/index.ts';
import { onLeaving } from './leaving.ts';

/** Connections break for a moment without anybody having to know. */
const patienceMs = 1_500;

/** Says when the page no longer hears from Fanfare, and when it does again. */
export function ConnectionNotice() {
  const state = useConnectionState();
  const [told, setTold] = useState(false);
  const leaving = useRef(false);
  useEffect(
    () =>
      onLeaving(() => {
        leaving.current = true;
      }),
    [],
  );

  useEffect(() => {
    if (state === 'lost') {
      const timer = setTimeout(() => setTold(true), patienceMs);
      return () => clearTimeout(timer);
    }
    if (state === 'open' && told) {
      setTold(false);
      if (!leaving.current) notifyDone(text.connection.back);
    }
    return undefined;
  }, [state, told]);

  if (!told) return null;
  return (
    <Alert
      color="orange"
      variant="light"
      icon={<IconPlugConnectedX />}
      title={text.connection.lost}
      role="status"
      mb="md"
    />
  );
}
