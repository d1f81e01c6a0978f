import { Alert, Button, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { doorway as text } from '#strings/doorway.ts';
import { fanfare, useChange } from '../api/index.ts';
import { FormProblem } from '../elements/index.ts';
import { Command } from './command.tsx';
import { Doorway } from './doorway.tsx';
import { WayToSignIn } from './way-in.tsx';

const fields = ['email'] as const;

export function ForgottenPasswordPage() {
  const form = useForm({ mode: 'uncontrolled', initialValues: { email: '' } });
  const ask = useChange((body: { email: string }) => fanfare.post('/v1/password-resets', { body }), {
    problem: 'shown',
  });

  return (
    <Doorway title={text.forgotten.title} description={text.forgotten.description}>
      <form onSubmit={form.onSubmit((values) => ask.mutate(values))}>
        <Stack>
          <TextInput
            label={text.email}
            type="email"
            autoComplete="username"
            required
            autoFocus
            key={form.key('email')}
            {...form.getInputProps('email')}
          />
          <FormProblem form={form} error={ask.error} fields={fields} />
          {ask.isSuccess && <Asked email={ask.variables.email} />}
          <Button type="submit" variant={ask.isSuccess ? 'default' : 'filled'} loading={ask.isPending}>
            {text.forgotten.action}
          </Button>
          <WayToSignIn />
        </Stack>
      </form>
    </Doorway>
  );
}

/** The answer is the same whether or not there is such an account, or a mail server. */
function Asked({ email }: { readonly email: string }) {
  return (
    <Alert color="blue" variant="light" role="status" title={text.forgotten.asked.title}>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {text.forgotten.asked.detail(email)}
      </Text>
      <Text size="sm" mt="xs">
        {text.forgotten.asked.noMail}
      </Text>
      <Command>{text.forgotten.asked.command(email)}</Command>
    </Alert>
  );
}
