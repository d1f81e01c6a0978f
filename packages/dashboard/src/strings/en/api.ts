/** What is said when an answer does not come from Fanfare, or none comes. Fanfare's own problems bring their words. */
export const api = {
  noAnswer: {
    title: 'No answer',
    detail:
      'Fanfare did not answer. Whether this was carried out is unknown: look before you do it again, once the connection is back.',
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
