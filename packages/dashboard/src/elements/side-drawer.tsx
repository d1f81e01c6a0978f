import { Drawer } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Fragment, type ReactNode, useState } from 'react';

export interface SideDrawerProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly children: ReactNode;
}

/** A form beside the list it belongs to, on a phone over all of the page. What is in it begins anew each time it opens. */
export function SideDrawer({ opened, onClose, title, children }: SideDrawerProps) {
  const phone = useMediaQuery('(max-width: 48em)') ?? false;
  const [openings, setOpenings] = useState({ count: 0, opened });
  if (openings.opened !== opened) setOpenings({ count: openings.count + (opened ? 1 : 0), opened });
  return (
    <Drawer opened={opened} onClose={onClose} position="right" size={phone ? '100%' : 620} title={title}>
      <Fragment key={openings.count}>{children}</Fragment>
    </Drawer>
  );
}
