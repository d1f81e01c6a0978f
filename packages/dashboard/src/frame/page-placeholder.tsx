import { Skeleton, Stack } from '@mantine/core';

/** Where a page will stand, of about its height, so that nothing jumps when it is there. */
export function PagePlaceholder() {
  return (
    <Stack aria-busy="true" mih="70vh">
      <Skeleton h={34} w={240} />
      <Skeleton h={120} />
      <Skeleton h={320} />
    </Stack>
  );
}
