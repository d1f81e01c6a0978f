import { Button, Center, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { frame as text } from '#strings/frame.ts';

export function PageMissing() {
  return (
    <Center component="main" mih="60vh" p="md">
      <Stack align="center" maw={560}>
        <Title order={1} size="h2">
          {text.missing.title}
        </Title>
        <Text ta="center" c="dimmed">
          {text.missing.detail}
        </Text>
        <Button component={Link} to="/">
          {text.missing.home}
        </Button>
      </Stack>
    </Center>
  );
}
