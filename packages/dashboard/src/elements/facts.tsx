import { Card, SimpleGrid, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './facts.module.css';

export interface Fact {
  readonly label: string;
  readonly value: ReactNode;
  /** Below the value, small. */
  readonly note?: ReactNode;
}

/** Figures side by side, two in a row on a phone. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <SimpleGrid
      cols={{ base: 2, sm: Math.min(facts.length, 3), lg: facts.length }}
      spacing="sm"
      className={classes.figures}
    >
      {facts.map(({ label, value, note }) => (
        <Card key={label} withBorder padding="md">
          <Text size="xs" c="dimmed" fw={600}>
            {label}
          </Text>
          <Text
            fz={24}
            fw={650}
            lh={1.35}
            component="div"
            style={{ fontVariantNumeric: 'tabular-nums', overflowWrap: 'anywhere' }}
          >
            {value}
          </Text>
          {note !== undefined && (
            <Text size="xs" c="dimmed" component="div">
              {note}
            </Text>
          )}
        </Card>
      ))}
    </SimpleGrid>
  );
}
