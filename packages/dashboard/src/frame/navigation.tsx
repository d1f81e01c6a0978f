import { NavLink, Text } from '@mantine/core';
import {
  IconAdjustments,
  IconCash,
  IconCategory,
  IconHeartbeat,
  IconHistory,
  IconInbox,
  IconKey,
  IconLayoutDashboard,
  IconListDetails,
  IconSpeakerphone,
  IconTargetArrow,
  IconUsers,
  IconUsersGroup,
  IconWebhook,
} from '@tabler/icons-react';
import { Link, type LinkProps, useRouterState } from '@tanstack/react-router';
import type { FunctionComponent } from 'react';
import { frame as text } from '#strings/frame.ts';
import { type Permission, useSession } from '../session/index.ts';
import classes from './shell.module.css';

interface Entry {
  readonly to: NonNullable<LinkProps['to']>;
  readonly label: string;
  readonly icon: FunctionComponent<{ size: number; stroke: number }>;
  /** Without it the page has nothing to show. */
  readonly needs?: Permission;
}

interface Section {
  readonly title: string | null;
  readonly entries: readonly Entry[];
}

const { pages, sections: titles } = text;

const sections: readonly Section[] = [
  { title: null, entries: [{ to: '/', label: pages.overview, icon: IconLayoutDashboard }] },
  {
    title: titles.deliver,
    entries: [
      { to: '/webhooks', label: pages.webhooks, icon: IconWebhook },
      { to: '/history', label: pages.history, icon: IconHistory },
      { to: '/recovery', label: pages.recovery, icon: IconHeartbeat },
      { to: '/event-types', label: pages.eventTypes, icon: IconCategory },
      { to: '/inboxes', label: pages.inboxes, icon: IconInbox },
    ],
  },
  {
    title: titles.engage,
    entries: [
      { to: '/campaigns', label: pages.campaigns, icon: IconSpeakerphone },
      { to: '/triggers', label: pages.triggers, icon: IconTargetArrow },
      { to: '/participants', label: pages.participants, icon: IconUsers },
      { to: '/payouts', label: pages.payouts, icon: IconCash },
    ],
  },
  {
    title: titles.connect,
    entries: [{ to: '/api', label: pages.api, icon: IconKey }],
  },
  {
    title: titles.organization,
    entries: [
      { to: '/team', label: pages.team, icon: IconUsersGroup, needs: 'team' },
      { to: '/settings', label: pages.settings, icon: IconAdjustments },
      { to: '/audit-log', label: pages.auditLog, icon: IconListDetails, needs: 'audit' },
    ],
  },
];

export function Navigation() {
  const { permissions } = useSession();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const isHere = (to: string) => (to === '/' ? path === '/' : path === to || path.startsWith(`${to}/`));

  return sections.map(({ title, entries }) => (
    <div key={title}>
      {title !== null && (
        <Text size="xs" fw={600} c="dimmed" className={classes.section}>
          {title}
        </Text>
      )}
      {entries
        .filter(({ needs }) => needs === undefined || permissions.includes(needs))
        .map(({ to, label, icon: Icon }) => (
          <NavLink
            key={to}
            renderRoot={(props) => <Link to={to} {...props} />}
            label={label}
            leftSection={<Icon size={18} stroke={1.6} />}
            active={isHere(to)}
            aria-current={isHere(to) ? 'page' : undefined}
            py={6}
          />
        ))}
    </div>
  ));
}
