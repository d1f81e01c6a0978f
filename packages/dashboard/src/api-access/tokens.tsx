import type { ApiToken } from '@fanfare/client';
import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { apiAccess as text } from '#strings/api-access.ts';
import { fanfare, useChange, useList } from '../api/index.ts';
import { type Column, confirmFirst, DataTable, Moment, Nothing, StateBadge } from '../elements/index.ts';
import { NewToken } from './new-token.tsx';

const columns: readonly Column<ApiToken>[] = [
  {
    id: 'name',
    header: text.tokens.name,
    cell: ({ name }) => (
      <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
        {name}
      </Text>
    ),
  },
  { id: 'scopes', header: text.tokens.scopes, cell: ({ scopes }) => <Scopes scopes={scopes} /> },
  {
    id: 'created',
    header: text.tokens.created,
    cell: ({ created_at }) => <Moment at={created_at} />,
    width: 130,
  },
  {
    id: 'lastUsed',
    header: text.tokens.lastUsed,
    cell: ({ last_used_at }) => <Moment at={last_used_at} />,
    width: 130,
  },
  { id: 'expires', header: text.tokens.expires, cell: (token) => <Expiry token={token} />, width: 130 },
  {
    id: 'actions',
    buttons: true,
    header: text.tokens.actions,
    cell: (token) => <Revoke token={token} />,
    align: 'right',
    width: 120,
  },
];

export function Tokens() {
  const tokens = useList('/v1/tokens');
  const [creating, { open, close }] = useDisclosure();
  const create = (
    <Button leftSection={<IconPlus size={16} />} onClick={open}>
      {text.tokens.create}
    </Button>
  );
  return (
    <Stack>
      <Group justify="space-between" align="flex-start">
        <Text c="dimmed" maw={720}>
          {text.tokens.description}
        </Text>
        {tokens.rows?.length !== 0 && create}
      </Group>
      <DataTable
        label={text.tokens.label}
        columns={columns}
        rows={tokens.rows}
        rowId={({ id }) => id}
        error={tokens.error}
        again={() => void tokens.refetch()}
        empty={<Nothing {...text.tokens.empty} icon={<IconKey />} action={create} />}
        more={{
          has: tokens.hasNextPage,
          loading: tokens.isFetchingNextPage,
          load: () => void tokens.fetchNextPage(),
        }}
      />
      <NewToken opened={creating} onClose={close} />
    </Stack>
  );
}

function Scopes({ scopes }: Pick<ApiToken, 'scopes'>) {
  if (scopes === null) return text.tokens.everything;
  return (
    <Group gap={4}>
      {scopes.map((scope) => (
        <Badge key={scope} variant="light" color="gray" tt="none" title={text.scopes[scope]}>
          {scope}
        </Badge>
      ))}
    </Group>
  );
}

function Expiry({ token: { expires_at } }: { readonly token: ApiToken }) {
  if (expires_at !== null && Date.parse(expires_at) <= Date.now()) return <StateBadge state="expired" />;
  return <Moment at={expires_at} />;
}

function Revoke({ token: { id, name } }: { readonly token: ApiToken }) {
  const revoke = useChange(() => fanfare.delete('/v1/tokens/{id}', { path: { id } }), {
    changes: ['/v1/tokens', '/v1/quotas'],
    done: text.tokens.revoked(name),
  });
  return (
    <Button
      size="xs"
      variant="default"
      loading={revoke.isPending}
      aria-label={text.tokens.revokeOf(name)}
      onClick={() =>
        confirmFirst({
          title: text.tokens.revokeOf(name),
          consequence: text.tokens.revokes,
          confirm: text.tokens.revoke,
          onConfirm: () => revoke.mutate(undefined),
        })
      }
    >
      {text.tokens.revoke}
    </Button>
  );
}
