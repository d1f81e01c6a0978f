import { Anchor, Card, Text } from '@mantine/core';
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import classes from './fact-list.module.css';

/** Names and values side by side, as many as fit. */
export function FactList({
  label,
  facts,
}: {
  readonly label: string;
  readonly facts: readonly { readonly label: string; readonly value: ReactNode }[];
}) {
  return (
    <Card withBorder padding="md">
      <dl className={classes.list} aria-label={label}>
        {facts.map(({ label, value }) => (
          <div key={label}>
            <Text component="dt" size="xs" c="dimmed" fw={600}>
              {label}
            </Text>
            <Text component="dd" size="sm" className={classes.value}>
              {value}
            </Text>
          </div>
        ))}
      </dl>
    </Card>
  );
}

export function FactLink({
  children,
  ...link
}: Pick<LinkProps, 'to' | 'params' | 'search'> & { readonly children: ReactNode }) {
  return (
    <Anchor size="sm" renderRoot={(props) => <Link {...link} {...props} />}>
      {children}
    </Anchor>
  );
}
