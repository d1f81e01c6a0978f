import { Anchor } from '@mantine/core';
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import classes from './row-link.module.css';

/** The link of a row of a `DataTable`, in its first column: the whole row follows it. */
export function RowLink({
  children,
  ...link
}: Pick<LinkProps, 'to' | 'params' | 'search'> & { readonly children: ReactNode }) {
  return (
    <Anchor
      fw={600}
      size="sm"
      data-row-link
      className={classes.link}
      renderRoot={(props) => <Link {...link} {...props} />}
    >
      {children}
    </Anchor>
  );
}
