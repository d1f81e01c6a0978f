import { Center, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { frame } from '#strings/frame.ts';

/** A page for whoever is not signed in yet: one small form in the middle. */
export function Doorway({
  title,
  description,
  children,
}: {
  readonly title: string;
  readonly description?: ReactNode;
  readonly children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · ${frame.product}`;
  }, [title]);
  return (
    <Center component="main" mih="100vh" p="md">
      <Stack w="100%" maw={420} gap="lg">
        <Group gap="xs" justify="center">
          <img src="/fanfare.svg" alt="" width={34} height={34} />
          <Text fw={700} fz="xl" component="span">
            {frame.product}
          </Text>
        </Group>
        <Paper withBorder p={{ base: 'lg', xs: 'xl' }} radius="lg">
          <Stack>
            <Title order={1} size="h3">
              {title}
            </Title>
            {description !== undefined && (
              <Text c="dimmed" size="sm" component="div">
                {description}
              </Text>
            )}
            {children}
          </Stack>
        </Paper>
      </Stack>
    </Center>
  );
}
