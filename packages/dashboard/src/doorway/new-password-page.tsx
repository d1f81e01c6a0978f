import { Anchor, Button, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link, useRouter } from '@tanstack/react-router';
import { doorway as text } from '#strings/doorway.ts';
import { fanfare, useChange } from '../api/index.ts';
import { FormProblem } from '../elements/index.ts';
import { tellOtherWindows } from '../session/index.ts';
import { Doorway } from './doorway.tsx';
import { LinkMissing } from './link-missing.tsx';
import { useLinkToken } from './link-token.ts';
import { NewPasswordInput } from './new-password-input.tsx';

const fields = ['password'] as const;

export function NewPasswordPage() {
  const token = useLinkToken();
  return (
    <Doorway
      title={text.newPasswordPage.title}
      description={token !== null && text.newPasswordPage.description}
    >
      {token === null ? (
        <LinkMissing title={text.newPasswordPage.missing.title}>
          <Text size="sm">{text.newPasswordPage.missing.detail}</Text>
        </LinkMissing>
      ) : (
        <NewPasswordForm token={token} />
      )}
      <Anchor size="sm" renderRoot={(props) => <Link to="/forgotten-password" {...props} />}>
        {text.newPasswordPage.another}
      </Anchor>
    </Doorway>
  );
}

function NewPasswordForm({ token }: { readonly token: string }) {
  const router = useRouter();
  const form = useForm({ mode: 'uncontrolled', initialValues: { password: '' } });
  const set = useChange(
    ({ password }: { password: string }) => fanfare.put('/v1/password', { body: { token, password } }),
    {
      problem: 'shown',
      onDone: () => {
        tellOtherWindows();
        void router.navigate({ to: '/sign-in', search: { why: 'new-password' }, replace: true });
      },
    },
  );
  return (
    <form onSubmit={form.onSubmit((values) => set.mutate(values))}>
      <Stack>
        <NewPasswordInput
          label={text.newPassword}
          autoFocus
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <FormProblem form={form} error={set.error} fields={fields} />
        <Button type="submit" loading={set.isPending}>
          {text.newPasswordPage.action}
        </Button>
      </Stack>
    </form>
  );
}
