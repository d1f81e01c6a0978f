import { AppShell, Burger, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { Suspense, useEffect } from 'react';
import { frame as text } from '#strings/frame.ts';
import { LiveUpdates } from '../live/index.ts';
import { useSession } from '../session/index.ts';
import { ConnectionNotice } from './connection-notice.tsx';
import { Navigation } from './navigation.tsx';
import { PagePlaceholder } from './page-placeholder.tsx';
import { PersonMenu } from './person-menu.tsx';
import classes from './shell.module.css';

/** The navigation beside every page of somebody who is signed in. On a phone it opens over the page. */
export function Shell() {
  const { organization, person } = useSession();
  const [opened, { toggle, close }] = useDisclosure();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever went to another page has chosen.
  useEffect(close, [path, close]);

  return (
    <LiveUpdates key={`${person.id} ${organization.id}`}>
      <a className={classes.skip} href="#content">
        {text.skip}
      </a>
      <AppShell
        header={{ height: 52 }}
        navbar={{ width: 224, breakpoint: 'sm', collapsed: { mobile: !opened } }}
        padding={{ base: 'md', md: 'xl' }}
      >
        <AppShell.Header className={classes.header}>
          <Group h="100%" px="md" justify="space-between" wrap="nowrap">
            <Group gap="xs" wrap="nowrap" miw={0}>
              <Burger
                opened={opened}
                onClick={toggle}
                hiddenFrom="sm"
                size="sm"
                aria-label={opened ? text.closeNavigation : text.openNavigation}
              />
              <Link to="/" className={classes.brand}>
                <img src="/fanfare.svg" alt="" width={26} height={26} />
                <Text component="span" fw={700}>
                  {text.product}
                </Text>
              </Link>
              <Text component="span" c="dimmed" truncate className={classes.organization}>
                {organization.name}
              </Text>
            </Group>
            <PersonMenu />
          </Group>
        </AppShell.Header>
        <AppShell.Navbar className={classes.navbar} aria-label={text.navigation}>
          <Navigation />
        </AppShell.Navbar>
        <AppShell.Main id="content" tabIndex={-1} className={classes.main}>
          <ConnectionNotice />
          <Suspense fallback={<PagePlaceholder />}>
            <Outlet />
          </Suspense>
        </AppShell.Main>
      </AppShell>
    </LiveUpdates>
  );
}
