import { Button, Center, Stack, Text, Title } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { frame as text } from '#strings/frame.ts';
import { explain } from '../api/index.ts';

/** Instead of a page that could not be shown. */
export function PageBroken({ error }: { readonly error: unknown }) {
  const router = useRouter();
  const { title, detail } = explain(error);
  return (
    <Center component="main" mih="60vh" p="md">
      <Stack align="center" maw={560} role="alert">
        <Title order={1} size="h2">
          {title}
        </Title>
        <Text ta="center" c="dimmed">
          {detail}
        </Text>
        <Button onClick={() => void router.invalidate()}>{text.tryAgain}</Button>
      </Stack>
    </Center>
  );
}
