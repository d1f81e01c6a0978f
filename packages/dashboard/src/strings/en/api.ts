/** What is said when an answer does not come from Fanfare, or none comes. Fanfare's own problems bring their words. */
export const api = {
  noAnswer: {
    title: 'No answer',
    detail:
      'Fanfare did not answer. Try again once the connection is back. If you were changing something, look first whether it was carried out.',
  },
  signedOut: {
    title: 'You are no longer signed in',
    detail: 'Sign in again in another window, then do this once more: what you typed is still here.',
  },
  unexpectedAnswer: {
    title: 'An unexpected answer',
    detail: (status: number) =>
      `The answer (${status}) is not Fanfare's. Something stands between this page and it; ask whoever runs it.`,
  },
  brokenPage: {
    title: 'This page broke',
    detail: (reason: string) =>
      `${reason}. Load it again; if it breaks again, tell whoever runs this Fanfare.`,
  },
} as const;
