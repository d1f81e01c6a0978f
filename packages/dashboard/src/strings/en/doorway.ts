/** Signing in and out, and everything that comes before. */
export const doorway = {
  name: 'Your name',
  email: 'E-mail address',
  password: 'Password',
  newPassword: 'New password',
  newPasswordHint: 'At least 12 characters. A few words that nobody else would put together are best.',
  toSignIn: 'Go to the sign-in page',
  signIn: {
    title: 'Sign in',
    action: 'Sign in',
    forgotten: 'Forgotten password?',
    noAccount:
      'No account? An owner or admin invites you. The very first account is made with the link that Fanfare prints when it starts.',
    throttled: (at: string) =>
      `Until ${at} further tries are refused, with the right password too. Whoever is signed in stays so.`,
    why: {
      ended: 'Your session has ended. Sign in to go on where you were.',
      'signed-out': 'You have signed out.',
      'new-password':
        'Your new password is set, and every session of the account has ended. Sign in with it.',
      deleted:
        'The organization is being deleted. Its tokens are refused from now on, and nothing is sent any more.',
    },
  },
  welcome: {
    title: 'Welcome to Fanfare',
    description: 'Make the first account. It owns the organization and invites everybody else.',
    action: 'Create the account',
    demo: 'Look around with the demo',
    demoName: 'Demo owner',
    or: 'or with your own account',
    missing: {
      title: 'This address is not the whole link',
      detail:
        'The link that makes the first account ends in # and a token. Open it as the server printed it when it started. To see it again, run this where Fanfare runs:',
    },
    spent: 'If nobody has an account yet, this shows the link that works:',
    command: 'fanfare people owner',
  },
  forgotten: {
    title: 'Set a new password',
    description: 'Have a link mailed to the address of your account. It works once, for an hour.',
    action: 'Send the link',
    asked: {
      title: 'Asked for',
      detail: (email: string) =>
        `If ${email} has an account, the link is on its way. Nobody learns here whether it has.`,
      noMail:
        'No mail? Look among the spam first. A Fanfare without a mail server sends none: then whoever runs it makes the link for you, with',
      command: (email: string) => `fanfare people reset ${email}`,
    },
  },
  newPasswordPage: {
    title: 'Set a new password',
    description: 'Every session of the account ends, here and elsewhere.',
    action: 'Set the password',
    missing: {
      title: 'This address is not the whole link',
      detail:
        'The link that sets a new password ends in # and a token. Open it as it stands in the mail, or ask for another.',
    },
    another: 'Ask for another link',
  },
  newAddress: {
    title: 'Confirm your new address',
    description: 'From then on you sign in with it. The address before is told.',
    action: 'Confirm the address',
    done: (email: string) => `You sign in with ${email} from now on`,
    doneDetail: 'Links that would set a new password and went to the address before no longer work.',
    account: 'To your account',
    signedOut: {
      title: 'Sign in first',
      detail:
        'Only you can confirm it: sign in with your present address in this browser, then confirm here.',
      signIn: 'Sign in',
    },
    missing: {
      title: 'This address is not the whole link',
      detail: 'The link ends in # and a token. Open it as it stands in the mail.',
    },
  },
  invitation: {
    title: 'You are invited',
    into: (organization: string) => `You are invited to ${organization}`,
    by: (inviter: string, role: string) => `${inviter} invites you as ${role.toLowerCase()}.`,
    newcomer: 'Make your account. You are signed in with it right away.',
    known: 'This address has an account already. Give its password to accept.',
    accept: 'Accept the invitation',
    acceptNew: 'Create the account and accept',
    missing: {
      title: 'This address is not the whole link',
      detail: 'An invitation ends in # and a token. Open it as it was sent to you.',
    },
    invalid:
      'An invitation works once, for seven days, until it is withdrawn or another one is sent to the same address. Ask whoever invited you for a new one. If you have accepted it already, sign in.',
  },
} as const;
