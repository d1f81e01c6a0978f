import { EmptyState } from '@mantine/core';
import type { ReactNode } from 'react';

export interface NothingProps {
  readonly title: string;
  /** What will stand here, and what to do to get there. */
  readonly description: ReactNode;
  readonly icon?: ReactNode;
  /** The button of the next step. */
  readonly action?: ReactNode;
}

/** Instead of an empty list: what to do next. */
export function Nothing({ title, description, icon, action }: NothingProps) {
  return (
    <EmptyState
      py={48}
      px="md"
      variant="light"
      title={title}
      description={description}
      {...(icon !== undefined && { icon })}
    >
      {action !== undefined && <EmptyState.Actions>{action}</EmptyState.Actions>}
    </EmptyState>
  );
}
