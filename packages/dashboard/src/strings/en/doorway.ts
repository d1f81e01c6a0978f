/** Signing in and out, and everything that comes before. */
export const doorway = {
  name: 'Your name',
  email: 'E-mail address',
  password: 'Password',
  newPasswordHint: 'At least 12 characters. A few words that nobody else would put together are best.',
  signIn: {
    title: 'Sign in',
    action: 'Sign in',
    why: {
      ended: 'Your session has ended. Sign in to go on where you were.',
      'signed-out': 'You have signed out.',
    },
  },
  welcome: {
    title: 'Welcome to Fanfare',
    description: 'Make the first account. It owns the organization and invites everybody else.',
    action: 'Create the account',
    demo: 'Look around with the demo',
    demoName: 'Demo owner',
    or: 'or with your own account',
  },
} as const;
