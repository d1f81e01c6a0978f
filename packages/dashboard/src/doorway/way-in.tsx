import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { doorway as text } from '#strings/doorway.ts';

export function WayToSignIn() {
  return (
    <Anchor size="sm" renderRoot={(props) => <Link to="/sign-in" {...props} />}>
      {text.toSignIn}
    </Anchor>
  );
}
