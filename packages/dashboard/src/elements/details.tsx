import { SimpleGrid, Text } from '@mantine/core';
import type { ReactNode } from 'react';

export interface Detail {
  readonly label: string;
  readonly value: ReactNode;
}

/** What is known of one thing, each with its name above it: four in a row, one on a phone. */
export function Details({ details }: { readonly details: readonly Detail[] }) {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} component="dl" m={0} spacing="lg">
      {details.map(({ label, value }) => (
        <div key={label} style={{ minWidth: 0 }}>
          <Text size="xs" c="dimmed" fw={600} component="dt">
            {label}
          </Text>
          <Text size="sm" component="dd" m={0} style={{ overflowWrap: 'anywhere' }}>
            {value}
          </Text>
        </div>
      ))}
    </SimpleGrid>
  );
}
