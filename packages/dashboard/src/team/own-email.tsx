import { Alert, Button, Group, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { account as text } from '#strings/account.ts';
import { fanfare, useChange } from '../api/index.ts';
import { FormProblem, FormSection } from '../elements/index.ts';

interface NewEmail {
  readonly email: string;
  readonly current_password: string;
}

/** Asks for another address. It counts once the link that is mailed there is opened. */
export function OwnEmail() {
  const form = useForm<NewEmail>({
    mode: 'uncontrolled',
    initialValues: { email: '', current_password: '' },
  });
  const ask = useChange((body: NewEmail) => fanfare.post('/v1/person/email-changes', { body }), {
    problem: 'shown',
    onDone: () => form.reset(),
  });
  return (
    <FormSection title={text.email.title} description={text.email.description}>
      <form onSubmit={form.onSubmit((values) => ask.mutate(values))}>
        <Stack>
          <TextInput
            type="email"
            label={text.email.next}
            autoComplete="email"
            required
            maxLength={254}
            key={form.key('email')}
            {...form.getInputProps('email')}
          />
          <PasswordInput
            label={text.email.password}
            autoComplete="current-password"
            required
            key={form.key('current_password')}
            {...form.getInputProps('current_password')}
          />
          <FormProblem form={form} error={ask.error} fields={['email', 'current_password']} />
          {ask.data !== undefined && (
            <Alert color="green" variant="light" title={text.email.asked(ask.data.email)} role="status">
              {text.email.askedDetail}
            </Alert>
          )}
          <Group>
            <Button type="submit" loading={ask.isPending}>
              {text.email.ask}
            </Button>
          </Group>
        </Stack>
      </form>
    </FormSection>
  );
}
