import type { NewApiToken } from '@fanfare/client';
import { Button, Checkbox, Group, Radio, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { apiAccess as text } from '#strings/api-access.ts';
import { elements } from '#strings/elements.ts';
import { fanfare, useChange } from '../api/index.ts';
import { FormProblem, ShownOnce, ShownOnceDialog, SourceText } from '../elements/index.ts';
import { useSession } from '../session/index.ts';
import { type Expiry, expiries, expiryTime, isoDay } from './expiry.ts';
import { type Scope, scopes } from './scopes.ts';

export function NewToken({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const [made, setMade] = useState<NewApiToken | null>(null);
  const close = () => {
    setMade(null);
    onClose();
  };
  return (
    <ShownOnceDialog
      opened={opened}
      onClose={close}
      title={made === null ? text.newToken.title : text.newToken.madeTitle(made.name)}
      centered
    >
      {made === null ? (
        <NewTokenForm onCancel={close} onMade={setMade} />
      ) : (
        <Stack>
          <ShownOnce value={made.token} what={text.newToken.what} />
          <SourceText
            value={`curl -sS ${location.origin}/v1/organization \\\n  -H 'Authorization: Bearer ${made.token}'`}
            language="bash"
            title={text.newToken.example}
            what={text.newToken.exampleWhat}
          />
          <Button onClick={close}>{text.newToken.done}</Button>
        </Stack>
      )}
    </ShownOnceDialog>
  );
}

interface Values {
  readonly name: string;
  readonly may: 'everything' | 'some';
  readonly scopes: readonly Scope[];
  readonly expiry: Expiry;
  readonly day: string;
}

function NewTokenForm({
  onCancel,
  onMade,
}: {
  readonly onCancel: () => void;
  readonly onMade: (token: NewApiToken) => void;
}) {
  const { permissions, role } = useSession();
  const mine = scopes.filter((scope) => permissions.includes(scope));
  const form = useForm<Values>({
    initialValues: { name: '', may: 'some', scopes: [], expiry: '90', day: '' },
    validate: {
      scopes: (chosen, { may }) => (may === 'some' && chosen.length === 0 ? text.newToken.someMissing : null),
      day: (day, { expiry }) =>
        expiry === 'date' && (day === '' || day < isoDay(new Date())) ? text.newToken.dayMissing : null,
    },
  });
  const create = useChange(
    ({ name, may, scopes: chosen, expiry, day }: Values) =>
      fanfare.post('/v1/tokens', {
        body: {
          name,
          scopes: may === 'some' ? [...chosen] : null,
          expires_at: expiryTime(expiry, day, new Date()),
        },
      }),
    { changes: ['/v1/tokens', '/v1/quotas'], problem: 'shown', onDone: onMade },
  );
  const everything = role === 'owner' ? text.newToken.all : text.newToken.allOfMine;
  const { values } = form;

  return (
    <form onSubmit={form.onSubmit((given) => create.mutate(given))}>
      <Stack>
        <TextInput
          label={text.tokens.name}
          description={text.newToken.nameHint}
          required
          maxLength={200}
          data-autofocus
          {...form.getInputProps('name')}
        />
        <Radio.Group
          label={text.newToken.scope}
          value={values.may}
          onChange={(may) => form.setFieldValue('may', may === 'some' ? 'some' : 'everything')}
        >
          <Stack gap="xs" mt={6}>
            <Radio value="some" {...text.newToken.some} />
            {values.may === 'some' && (
              <Checkbox.Group
                ml={30}
                value={[...values.scopes]}
                onChange={(chosen) =>
                  form.setFieldValue(
                    'scopes',
                    mine.filter((scope) => chosen.includes(scope)),
                  )
                }
                error={form.errors['scopes']}
                aria-label={text.tokens.scopes}
              >
                <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md" verticalSpacing={8}>
                  {mine.map((scope) => (
                    <Checkbox
                      key={scope}
                      value={scope}
                      label={scope}
                      description={text.scopes[scope]}
                      size="sm"
                    />
                  ))}
                </SimpleGrid>
              </Checkbox.Group>
            )}
            <Radio value="everything" {...everything} />
          </Stack>
        </Radio.Group>
        <Group align="flex-start" grow preventGrowOverflow={false}>
          <Select
            label={text.newToken.expiry}
            data={expiries.map((value) => ({ value, label: text.newToken.expiries[value] }))}
            value={values.expiry}
            onChange={(value) => value !== null && form.setFieldValue('expiry', value)}
            allowDeselect={false}
          />
          {values.expiry === 'date' && (
            <TextInput
              type="date"
              label={text.newToken.day}
              required
              min={isoDay(new Date())}
              {...form.getInputProps('day')}
            />
          )}
        </Group>
        <FormProblem form={form} error={create.error} fields={['name', 'scopes']} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {elements.cancel}
          </Button>
          <Button type="submit" loading={create.isPending}>
            {text.newToken.action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
