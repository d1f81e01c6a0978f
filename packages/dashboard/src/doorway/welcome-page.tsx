import { Button, Divider, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { getRouteApi } from '@tanstack/react-router';
import { doorway as text } from '#strings/doorway.ts';
import { ApiProblem, fanfare, useChange } from '../api/index.ts';
import { FormProblem } from '../elements/index.ts';
import { Command } from './command.tsx';
import { Doorway } from './doorway.tsx';
import { useEntering } from './entering.ts';
import { LinkMissing } from './link-missing.tsx';
import { useLinkToken } from './link-token.ts';
import { NewPasswordInput } from './new-password-input.tsx';
import { WayToSignIn } from './way-in.tsx';

const route = getRouteApi('/welcome');
const fields = ['name', 'email', 'password'] as const;

interface NewOwner {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** The first owner's account, with the token of the link that the server printed; in the demo with one click. */
export function WelcomePage() {
  const token = useLinkToken();
  return (
    <Doorway title={text.welcome.title} description={token !== null && text.welcome.description}>
      {token === null ? (
        <>
          <LinkMissing title={text.welcome.missing.title}>
            <Text size="sm">{text.welcome.missing.detail}</Text>
            <Command>{text.welcome.command}</Command>
          </LinkMissing>
          <WayToSignIn />
        </>
      ) : (
        <NewOwnerForm token={token} />
      )}
    </Doorway>
  );
}

function NewOwnerForm({ token }: { readonly token: string }) {
  const { demo } = route.useSearch();
  const enter = useEntering();
  const form = useForm<NewOwner>({
    mode: 'uncontrolled',
    initialValues: { name: '', email: '', password: '' },
  });
  const create = useChange((owner: NewOwner) => fanfare.post('/v1/owner', { body: { token, ...owner } }), {
    problem: 'shown',
    onDone: enter,
  });

  return (
    <>
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
          <NewPasswordInput key={form.key('password')} {...form.getInputProps('password')} />
          <FormProblem form={form} error={create.error} fields={fields} />
          {create.error instanceof ApiProblem && create.error.code === 'invalid_link' && (
            <Text size="sm" component="div">
              {text.welcome.spent}
              <Command>{text.welcome.command}</Command>
              <WayToSignIn />
            </Text>
          )}
          <Button type="submit" variant={demo === true ? 'default' : 'filled'} loading={create.isPending}>
            {text.welcome.action}
          </Button>
        </Stack>
      </form>
    </>
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
