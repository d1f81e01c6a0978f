import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { doorway as text } from '#strings/doorway.ts';
import { fanfare, useChange } from '../api/index.ts';
import { Problem } from '../elements/index.ts';
import { sessionReading, tellOtherWindows } from '../session/index.ts';
import { Doorway } from './doorway.tsx';

const route = getRouteApi('/sign-in');

export function SignInPage() {
  const { to = '/', why } = route.useSearch();
  const router = useRouter();
  const queries = useQueryClient();
  const form = useForm({ mode: 'uncontrolled', initialValues: { email: '', password: '' } });
  const signIn = useChange(
    (body: { email: string; password: string }) => fanfare.post('/v1/session', { body }),
    {
      problem: 'shown',
      onDone: (session) => {
        queries.setQueryData(sessionReading().queryKey, session);
        tellOtherWindows();
        router.history.push(to);
      },
    },
  );

  return (
    <Doorway title={text.signIn.title}>
      {why !== undefined && !signIn.isError && (
        <Alert color="blue" variant="light" role="status">
          {text.signIn.why[why]}
        </Alert>
      )}
      <form onSubmit={form.onSubmit((values) => signIn.mutate(values))}>
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
          <PasswordInput
            label={text.password}
            autoComplete="current-password"
            required
            key={form.key('password')}
            {...form.getInputProps('password')}
          />
          <Problem error={signIn.error} />
          <Button type="submit" loading={signIn.isPending}>
            {text.signIn.action}
          </Button>
        </Stack>
      </form>
    </Doorway>
  );
}
