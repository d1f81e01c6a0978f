import { Anchor, Button, Group, PasswordInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link } from '@tanstack/react-router';
import { account as text } from '#strings/account.ts';
import { fanfare, useChange } from '../api/index.ts';
import { FormProblem, FormSection } from '../elements/index.ts';
import { useSession } from '../session/index.ts';

interface Passwords {
  readonly current_password: string;
  readonly password: string;
}

export function OwnPassword() {
  const { email } = useSession().person;
  const form = useForm<Passwords>({
    mode: 'uncontrolled',
    initialValues: { current_password: '', password: '' },
  });
  const change = useChange((body: Passwords) => fanfare.put('/v1/person/password', { body }), {
    changes: ['/v1/sessions'],
    done: text.password.saved,
    problem: 'shown',
    onDone: () => form.reset(),
  });
  return (
    <FormSection title={text.password.title} description={text.password.description}>
      <form onSubmit={form.onSubmit((values) => change.mutate(values))}>
        <Stack>
          {/* For programs that keep passwords: whose it is. */}
          <input type="email" autoComplete="username" value={email} readOnly hidden />
          <PasswordInput
            label={text.password.present}
            autoComplete="current-password"
            required
            key={form.key('current_password')}
            {...form.getInputProps('current_password')}
          />
          <PasswordInput
            label={text.password.next}
            description={text.password.hint}
            autoComplete="new-password"
            required
            minLength={12}
            maxLength={128}
            key={form.key('password')}
            {...form.getInputProps('password')}
          />
          <FormProblem form={form} error={change.error} fields={['current_password', 'password']} />
          <Group>
            <Button type="submit" loading={change.isPending}>
              {text.password.save}
            </Button>
            <Anchor size="sm" renderRoot={(props) => <Link to="/forgotten-password" {...props} />}>
              {text.password.forgotten}
            </Anchor>
          </Group>
        </Stack>
      </form>
    </FormSection>
  );
}
