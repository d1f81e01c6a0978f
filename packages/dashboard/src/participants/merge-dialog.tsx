import type { ParticipantDetail } from '@fanfare/client';
import { Alert, Button, Card, Group, Modal, Stack, Table, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { participants } from '#strings/participants.ts';
import { fanfare, useChange, useRead } from '../api/index.ts';
import { points } from '../campaigns/index.ts';
import { none, Problem } from '../elements/index.ts';
import { ParticipantSelect, participantName, useCampaigns } from '../pickers/index.ts';

const text = participants.merge;

interface MergeDialogProps {
  /** Who stays. */
  readonly participant: ParticipantDetail;
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function MergeDialog({ opened, ...props }: MergeDialogProps) {
  return (
    <Modal opened={opened} onClose={props.onClose} title={text.title} size="lg">
      <MergeForm {...props} />
    </Modal>
  );
}

function MergeForm({ participant, onClose }: Omit<MergeDialogProps, 'opened'>) {
  const [otherId, setOtherId] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const name = participantName(participant);
  const merge = useChange(
    (from: string) =>
      fanfare.post('/v1/participants/{id}/merge', {
        path: { id: participant.id },
        body: { from, ...(reason.trim() !== '' && { reason }) },
      }),
    {
      changes: ['/v1/participants', '/v1/payouts', '/v1/campaigns'],
      done: ({ repeated }) => (repeated ? text.repeated : text.done(name)),
      onDone: onClose,
      problem: 'shown',
    },
  );
  const same = otherId === participant.id;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (otherId !== null && !same) merge.mutate(otherId);
      }}
    >
      <Stack>
        <Text size="sm">{text.description(name)}</Text>
        <ParticipantSelect
          label={text.other}
          value={otherId}
          onChange={setOtherId}
          error={same ? text.self : undefined}
          clearable
          required
          data-autofocus
        />
        {otherId !== null && !same && <Preview stays={participant} movesId={otherId} />}
        <TextInput
          label={text.reason}
          description={text.reasonHint}
          maxLength={200}
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
        <Problem error={merge.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {text.cancel}
          </Button>
          <Button type="submit" color="red.9" disabled={otherId === null || same} loading={merge.isPending}>
            {text.confirm}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What both have, side by side. */
function Preview({ stays, movesId }: { readonly stays: ParticipantDetail; readonly movesId: string }) {
  const campaigns = new Map(useCampaigns().data?.map(({ id, name }) => [id, name]));
  const { data: moves, error } = useRead('/v1/participants/{id}', { path: { id: movesId } });
  if (error !== null) return <Problem error={error} />;
  if (moves === undefined || moves.id !== movesId) return null;
  const totalsOf = ({ participations }: ParticipantDetail) =>
    new Map(participations.map(({ campaign_id, total_points }) => [campaign_id, points(total_points)]));
  const kept = totalsOf(stays);
  const moved = totalsOf(moves);
  return (
    <Card withBorder padding="md">
      <Text fw={600} size="sm" mb={4}>
        {text.preview}: {participantName(moves)}
      </Text>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {moves.accounts.length === 0
          ? text.noAccounts
          : text.accounts(
              moves.accounts.map((account) => `${account.name} (${account.platform})`).join(', '),
            )}
      </Text>
      {moved.size === 0 ? (
        <Text size="sm">{text.nothing}</Text>
      ) : (
        <>
          <Table aria-label={text.label} my="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">{text.columns.campaign}</Table.Th>
                <Table.Th scope="col" ta="right">
                  {text.columns.stays}
                </Table.Th>
                <Table.Th scope="col" ta="right">
                  {text.columns.moves}
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {[...moved].map(([campaignId, total]) => (
                <Table.Tr key={campaignId}>
                  <Table.Td>{campaigns.get(campaignId) ?? campaignId}</Table.Td>
                  <Table.Td ta="right">{kept.get(campaignId) ?? none}</Table.Td>
                  <Table.Td ta="right">{total}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          <Alert color="blue" variant="light">
            {text.once}
          </Alert>
        </>
      )}
    </Card>
  );
}
