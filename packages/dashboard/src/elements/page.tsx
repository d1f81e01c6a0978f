import { Anchor, Breadcrumbs, Group, Stack, Text, Title } from '@mantine/core';
import { Link, type LinkProps } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { frame } from '#strings/frame.ts';

export interface Crumb {
  readonly label: string;
  readonly to: NonNullable<LinkProps['to']>;
  readonly params?: LinkProps['params'];
}

export interface PageProps {
  readonly title: string;
  /** Beside the title: a state, say. */
  readonly mark?: ReactNode;
  readonly description?: ReactNode;
  /** The pages above this one. */
  readonly crumbs?: readonly Crumb[];
  /** Buttons on the right. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A page below the frame: one heading, what can be done, and the rest. It names itself in the window's title. */
export function Page({ title, mark, description, crumbs = [], actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · ${frame.product}`;
  }, [title]);

  return (
    <Stack gap="lg">
      <Stack gap={4}>
        {crumbs.length > 0 && (
          <Breadcrumbs separatorMargin={6}>
            {crumbs.map(({ label, to, params }) => (
              <Anchor
                key={label}
                size="sm"
                renderRoot={(props) => <Link to={to} {...(params && { params })} {...props} />}
              >
                {label}
              </Anchor>
            ))}
          </Breadcrumbs>
        )}
        <Group justify="space-between" align="flex-start" gap="sm">
          <Stack gap={4} miw={0} maw={820} flex="1 1 300px">
            <Group gap="sm" miw={0}>
              <Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
                {title}
              </Title>
              {mark}
            </Group>
            {description !== undefined && (
              <Text c="dimmed" component="div">
                {description}
              </Text>
            )}
          </Stack>
          {actions !== undefined && <Group gap="xs">{actions}</Group>}
        </Group>
      </Stack>
      {children}
    </Stack>
  );
}
