import { Alert, Anchor, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { doorway as text } from '#strings/doorway.ts';
import { ApiProblem, fanfare, useChange } from '../api/index.ts';
import { exactTime, FormProblem } from '../elements/index.ts';
import { onSessionChangedElsewhere, sessionReading } from '../session/index.ts';
import { Doorway } from './doorway.tsx';
import { useEntering } from './entering.ts';

const route = getRouteApi('/sign-in');
const fields = ['email', 'password'] as const;

export function SignInPage() {
  const { to = '/', why } = route.useSearch();
  const enter = useEntering(to);
  const form = useForm({ mode: 'uncontrolled', initialValues: { email: '', password: '' } });
  const signIn = useChange(
    (body: { email: string; password: string }) => fanfare.post('/v1/session', { body }),
    { problem: 'shown', onDone: enter },
  );
  useFollowing(to);

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
          <FormProblem form={form} error={signIn.error} fields={fields} />
          <Throttled error={signIn.error} since={signIn.submittedAt} />
          <Button type="submit" loading={signIn.isPending}>
            {text.signIn.action}
          </Button>
          <Anchor size="sm" renderRoot={(props) => <Link to="/forgotten-password" {...props} />}>
            {text.signIn.forgotten}
          </Anchor>
          <Text size="xs" c="dimmed">
            {text.signIn.noAccount}
          </Text>
        </Stack>
      </form>
    </Doorway>
  );
}

/** Until when there were too many tries, and for whom. */
function Throttled({ error, since }: { readonly error: unknown; readonly since: number }) {
  if (!(error instanceof ApiProblem) || error.retryAfterMs === null) return null;
  return (
    <Text size="sm">
      {text.signIn.throttled(exactTime(new Date(since + error.retryAfterMs).toISOString()))}
    </Text>
  );
}

/** Whoever signs in in another window is signed in here, too. */
function useFollowing(to: string): void {
  const queries = useQueryClient();
  const router = useRouter();
  useEffect(
    () =>
      onSessionChangedElsewhere(() => {
        fanfare.get('/v1/session').then(
          (session) => {
            queries.setQueryData(sessionReading().queryKey, session);
            router.history.replace(to);
          },
          // Somebody signed out there, or it cannot be told: this page stays.
          () => undefined,
        );
      }),
    [queries, router, to],
  );
}
