import type { InvitationOffer } from '@fanfare/client';
import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { doorway as text } from '#strings/doorway.ts';
import { frame } from '#strings/frame.ts';
import { ApiProblem, fanfare, useChange } from '../api/index.ts';
import { FormProblem, Problem, Reading } from '../elements/index.ts';
import { Doorway } from './doorway.tsx';
import { useEntering } from './entering.ts';
import { LinkMissing } from './link-missing.tsx';
import { useLinkToken } from './link-token.ts';
import { NewPasswordInput } from './new-password-input.tsx';
import { WayToSignIn } from './way-in.tsx';

const fields = ['name', 'password'] as const;

export function InvitationPage() {
  const token = useLinkToken();
  if (token !== null) return <Invitation token={token} />;
  return (
    <Doorway title={text.invitation.title}>
      <LinkMissing title={text.invitation.missing.title}>
        <Text size="sm">{text.invitation.missing.detail}</Text>
      </LinkMissing>
      <WayToSignIn />
    </Doorway>
  );
}

/** What the link leads to, and the form that accepts. */
function Invitation({ token }: { readonly token: string }) {
  const offer = useQuery({
    queryKey: ['invitation', token],
    queryFn: ({ signal }) => fanfare.post('/v1/invitations/preview', { body: { token }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { data, error } = offer;
  return (
    <Doorway
      title={data === undefined ? text.invitation.title : text.invitation.into(data.organization.name)}
      description={data && text.invitation.by(data.invited_by.name, frame.roles[data.role])}
    >
      {isSpent(error) ? (
        <Spent error={error} />
      ) : (
        <Reading query={offer} height={220}>
          {(found) => <AcceptanceForm token={token} offer={found} />}
        </Reading>
      )}
    </Doorway>
  );
}

function isSpent(error: unknown): boolean {
  return error instanceof ApiProblem && error.code === 'invalid_link';
}

function Spent({ error }: { readonly error: unknown }) {
  return (
    <>
      <Problem error={error} />
      <Text size="sm">{text.invitation.invalid}</Text>
      <WayToSignIn />
    </>
  );
}

function AcceptanceForm({ token, offer }: { readonly token: string; readonly offer: InvitationOffer }) {
  const { email, has_account: known } = offer;
  const enter = useEntering();
  const form = useForm({ mode: 'uncontrolled', initialValues: { name: '', password: '' } });
  const accept = useChange(
    ({ name, password }: { name: string; password: string }) =>
      fanfare.post('/v1/invitations/acceptance', { body: { token, password, ...(!known && { name }) } }),
    { problem: 'shown', onDone: enter },
  );
  if (isSpent(accept.error)) return <Spent error={accept.error} />;
  return (
    <form onSubmit={form.onSubmit((values) => accept.mutate(values))}>
      <Stack>
        <Text size="sm">{known ? text.invitation.known : text.invitation.newcomer}</Text>
        <TextInput label={text.email} type="email" autoComplete="username" value={email} readOnly />
        {known ? (
          <PasswordInput
            label={text.password}
            autoComplete="current-password"
            required
            autoFocus
            key={form.key('password')}
            {...form.getInputProps('password')}
          />
        ) : (
          <>
            <TextInput
              label={text.name}
              autoComplete="name"
              required
              autoFocus
              key={form.key('name')}
              {...form.getInputProps('name')}
            />
            <NewPasswordInput key={form.key('password')} {...form.getInputProps('password')} />
          </>
        )}
        <FormProblem form={form} error={accept.error} fields={fields} />
        <Button type="submit" loading={accept.isPending}>
          {known ? text.invitation.accept : text.invitation.acceptNew}
        </Button>
      </Stack>
    </form>
  );
}
