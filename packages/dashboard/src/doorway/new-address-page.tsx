import { Alert, Anchor, Button, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { doorway as text } from '#strings/doorway.ts';
import { fanfare, isSignedOut, useChange } from '../api/index.ts';
import { Problem } from '../elements/index.ts';
import { Doorway } from './doorway.tsx';
import { LinkMissing } from './link-missing.tsx';
import { useLinkToken } from './link-token.ts';

const { newAddress } = text;

/** Where the link leads that is mailed to an address somebody wants to sign in with. */
export function NewAddressPage() {
  const token = useLinkToken();
  return (
    <Doorway title={newAddress.title} description={token !== null && newAddress.description}>
      {token === null ? (
        <LinkMissing title={newAddress.missing.title}>
          <Text size="sm">{newAddress.missing.detail}</Text>
        </LinkMissing>
      ) : (
        <Confirmation token={token} />
      )}
      <Anchor size="sm" renderRoot={(props) => <Link to="/account" {...props} />}>
        {newAddress.account}
      </Anchor>
    </Doorway>
  );
}

function Confirmation({ token }: { readonly token: string }) {
  const confirm = useChange(() => fanfare.put('/v1/person/email', { body: { token } }), {
    changes: ['/v1/session', '/v1/members'],
    problem: 'shown',
  });
  if (confirm.data !== undefined) {
    return (
      <Alert color="green" variant="light" title={newAddress.done(confirm.data.email)} role="status">
        {newAddress.doneDetail}
      </Alert>
    );
  }
  return (
    <Stack>
      {isSignedOut(confirm.error) ? (
        <Alert color="yellow" variant="light" title={newAddress.signedOut.title} role="alert">
          {newAddress.signedOut.detail}{' '}
          <Anchor
            inherit
            underline="always"
            renderRoot={(props) => <Link to="/sign-in" target="_blank" {...props} />}
          >
            {newAddress.signedOut.signIn}
          </Anchor>
        </Alert>
      ) : (
        <Problem error={confirm.error} />
      )}
      <Button onClick={() => confirm.mutate(undefined)} loading={confirm.isPending}>
        {newAddress.action}
      </Button>
    </Stack>
  );
}
