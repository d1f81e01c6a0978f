import { Button, Divider, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { doorway as text } from '#strings/doorway.ts';
import { fanfare, useChange } from '../api/index.ts';
import { Problem } from '../elements/index.ts';
import { sessionReading } from '../session/index.ts';
import { Doorway } from './doorway.tsx';

const route = getRouteApi('/welcome');

interface NewOwner {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** The first owner's account, with the token of the link that the server printed; in the demo with one click. */
export function WelcomePage() {
  const { demo } = route.useSearch();
  const router = useRouter();
  const queries = useQueryClient();
  const [token] = useState(() => location.hash.slice(1));
  const form = useForm<NewOwner>({
    mode: 'uncontrolled',
    initialValues: { name: '', email: '', password: '' },
  });
  const create = useChange((owner: NewOwner) => fanfare.post('/v1/owner', { body: { token, ...owner } }), {
    problem: 'shown',
    onDone: (session) => {
      queries.setQueryData(sessionReading().queryKey, session);
      void router.navigate({ to: '/', replace: true });
    },
  });

  return (
    <Doorway title={text.welcome.title} description={text.welcome.description}>
      {demo === true && (
        <>
          <Button size="md" loading={create.isPending} onClick={() => create.mutate(demoOwner())}>
            {text.welcome.demo}
          </Button>
          <Divider label={text.welcome.or} />
        </>
      )}
      <form onSubmit={form.onSubmit((values) => create.mutate(values))}>
        <Stack>
          <TextInput
            label={text.name}
            autoComplete="name"
            required
            key={form.key('name')}
            {...form.getInputProps('name')}
          />
          <TextInput
            label={text.email}
            type="email"
            autoComplete="username"
            required
            key={form.key('email')}
            {...form.getInputProps('email')}
          />
          <PasswordInput
            label={text.password}
            description={text.newPasswordHint}
            autoComplete="new-password"
            required
            minLength={12}
            key={form.key('password')}
            {...form.getInputProps('password')}
          />
          <Problem error={create.error} />
          <Button type="submit" variant={demo === true ? 'default' : 'filled'} loading={create.isPending}>
            {text.welcome.action}
          </Button>
        </Stack>
      </form>
    </Doorway>
  );
}

/** Nobody signs in with this password again; `fanfare people reset` makes a link for another. */
function demoOwner(): NewOwner {
  const random = crypto.getRandomValues(new Uint8Array(24));
  return {
    name: text.welcome.demoName,
    email: 'owner@example.com',
    password: btoa(String.fromCharCode(...random)),
  };
}
