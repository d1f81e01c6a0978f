import type { AuditVerification } from '@fanfare/client';
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconShieldCheck, IconShieldX } from '@tabler/icons-react';
import { auditLog as text } from '#strings/audit-log.ts';
import { fanfare, useChange } from '../api/index.ts';
import { Copyable, count, Problem } from '../elements/index.ts';

/** Asked for by a button, never by itself: it follows the whole log. */
export function useVerification() {
  return useChange(() => fanfare.get('/v1/audit-log/verification'), { problem: 'shown' });
}

type Verification = ReturnType<typeof useVerification>;

export function VerifyButton({ verification }: { readonly verification: Verification }) {
  return (
    <Button
      variant="default"
      leftSection={<IconShieldCheck size={16} />}
      loading={verification.isPending}
      onClick={() => verification.mutate(undefined)}
    >
      {text.verify.action}
    </Button>
  );
}

export function VerificationResult({ verification }: { readonly verification: Verification }) {
  const { data, error, reset } = verification;
  if (data === undefined) return <Problem error={error} />;
  const { whole } = data;
  return (
    <Alert
      color={whole ? 'green' : 'red'}
      variant="light"
      icon={whole ? <IconShieldCheck /> : <IconShieldX />}
      title={whole ? text.verify.whole : text.verify.broken(count(data.broken?.number ?? 0))}
      role={whole ? 'status' : 'alert'}
      withCloseButton
      closeButtonLabel={text.verify.close}
      onClose={reset}
    >
      <Stack gap="xs">
        <Text size="sm">{inWords(data)}</Text>
        {data.head !== null && <Head head={data.head} />}
      </Stack>
    </Alert>
  );
}

function inWords({ entries, broken }: AuditVerification): string {
  if (broken !== null) return text.verify.brokenDetail(broken.reason, count(entries));
  return entries === 0 ? text.verify.empty : text.verify.wholeDetail(count(entries));
}

function Head({ head: { number, hash } }: { readonly head: NonNullable<AuditVerification['head']> }) {
  return (
    <Group gap="xs" miw={0}>
      <Text size="sm" fw={600}>
        {text.verify.head}:
      </Text>
      <Text size="sm">
        {text.verify.number} {count(number)},
      </Text>
      <Copyable value={hash} what={text.verify.hashWhat} />
    </Group>
  );
}
