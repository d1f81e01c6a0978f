import { Group, Paper } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './save-bar.module.css';

/** The buttons of a long form, in sight wherever it is scrolled to. */
export function SaveBar({ children }: { readonly children: ReactNode }) {
  return (
    <Paper withBorder p="sm" className={classes.bar}>
      <Group justify="space-between" gap="sm">
        {children}
      </Group>
    </Paper>
  );
}
