import { Button, Group, List, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { elements } from '#strings/elements.ts';
import { settings as text } from '#strings/settings.ts';
import { fanfare, useChange } from '../api/index.ts';
import { FormSection, Problem } from '../elements/index.ts';
import { tellOtherWindows, useSession } from '../session/index.ts';

export function Deletion() {
  const [opened, { open, close }] = useDisclosure();
  const { name } = useSession().organization;
  return (
    <FormSection title={text.deletion.title} description={text.deletion.description}>
      <Group>
        <Button variant="light" color="red" onClick={open}>
          {text.deletion.open}
        </Button>
      </Group>
      <Modal opened={opened} onClose={close} title={text.deletion.dialog(name)} centered size="lg">
        <DeletionForm name={name} onCancel={close} />
      </Modal>
    </FormSection>
  );
}

function DeletionForm({ name, onCancel }: { readonly name: string; readonly onCancel: () => void }) {
  const [typed, setTyped] = useState('');
  const queries = useQueryClient();
  const router = useRouter();
  const remove = useChange(
    (confirm: string) => fanfare.post('/v1/organization/deletion', { body: { confirm } }),
    {
      problem: 'shown',
      onDone: () => {
        queries.clear();
        tellOtherWindows();
        void router.navigate({ to: '/sign-in', search: { why: 'deleted' }, replace: true });
      },
    },
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        remove.mutate(typed);
      }}
    >
      <Stack>
        <div>
          <Text size="sm">{text.deletion.destroys}</Text>
          <List size="sm" mt="xs">
            {text.deletion.names.map((one) => (
              <List.Item key={one}>{one}</List.Item>
            ))}
          </List>
        </div>
        <Text size="sm">{text.deletion.atOnce}</Text>
        <TextInput
          label={text.deletion.type(name)}
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          autoComplete="off"
          data-autofocus
        />
        <Problem error={remove.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {elements.cancel}
          </Button>
          <Button type="submit" color="red.9" disabled={typed !== name} loading={remove.isPending}>
            {text.deletion.action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
