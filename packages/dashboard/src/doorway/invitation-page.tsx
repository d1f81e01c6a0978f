import { Button, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { doorway as text } from '#strings/doorway.ts';
import { ApiProblem, fanfare, useChange } from '../api/index.ts';
import { Problem } from '../elements/index.ts';
import { Doorway } from './doorway.tsx';
import { useEntering } from './entering.ts';
import { LinkMissing } from './link-missing.tsx';
import { useLinkToken } from './link-token.ts';
import { NewPasswordInput } from './new-password-input.tsx';
import { WayToSignIn } from './way-in.tsx';

export function InvitationPage() {
  const token = useLinkToken();
  return (
    <Doorway title={text.invitation.title} description={token !== null && text.invitation.description}>
      {token === null ? (
        <LinkMissing title={text.invitation.missing.title}>
          <Text size="sm">{text.invitation.missing.detail}</Text>
        </LinkMissing>
      ) : (
        <AcceptanceForm token={token} />
      )}
    </Doorway>
  );
}

function AcceptanceForm({ token }: { readonly token: string }) {
  const enter = useEntering();
  const form = useForm({ mode: 'uncontrolled', initialValues: { name: '', password: '' } });
  const accept = useChange(
    (given: { name: string; password: string }) =>
      fanfare.post('/v1/invitations/acceptance', { body: { token, ...given } }),
    { problem: 'shown', onDone: enter },
  );
  return (
    <form onSubmit={form.onSubmit((values) => accept.mutate(values))}>
      <Stack>
        <TextInput
          label={text.name}
          autoComplete="name"
          required
          key={form.key('name')}
          {...form.getInputProps('name')}
        />
        <NewPasswordInput key={form.key('password')} {...form.getInputProps('password')} />
        <Problem error={accept.error} />
        {accept.error instanceof ApiProblem && accept.error.code === 'invalid_link' && (
          <>
            <Text size="sm">{text.invitation.invalid}</Text>
            <WayToSignIn />
          </>
        )}
        <Button type="submit" loading={accept.isPending}>
          {text.invitation.accept}
        </Button>
      </Stack>
    </form>
  );
}
