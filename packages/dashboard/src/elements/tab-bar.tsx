import { Tabs } from '@mantine/core';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import classes from './tab-bar.module.css';

/** Tabs in one line. Where they do not fit they scroll: the one that is `shown` is in sight, and an edge fades where more are. */
export function TabBar({
  label,
  shown,
  children,
}: {
  readonly label: string;
  readonly shown: string;
  readonly children: ReactNode;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const [more, setMore] = useState({ before: false, after: false });

  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const look = () => {
      const left = element.scrollLeft;
      const right = element.scrollWidth - element.clientWidth - left;
      setMore({ before: left > 1, after: right > 1 });
    };
    const sizes = new ResizeObserver(look);
    sizes.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: which tab is selected follows from what is shown
  useEffect(() => {
    const element = frame.current;
    const tab = element?.querySelector<HTMLElement>('[aria-selected="true"]');
    if (element === null || tab === null || tab === undefined) return;
    element.scrollLeft = tab.offsetLeft - (element.clientWidth - tab.offsetWidth) / 2;
  }, [shown]);

  return (
    <div
      ref={frame}
      className={classes.frame}
      data-before={more.before || undefined}
      data-after={more.after || undefined}
    >
      <Tabs.List aria-label={label} className={classes.list}>
        {children}
      </Tabs.List>
    </div>
  );
}
