/** People who take part: their list, each one's page, imports and exports. */
export const participants = {
  title: 'Participants',
  description:
    'Everybody who takes part in a campaign of yours, newest first. They come with the first event about them, with what they do, from a file, or by hand.',
  nobody: 'Without a name',
  test: 'Test',
  erased: 'Erased',
  list: {
    label: 'Participants',
    searchHint: 'Name, e-mail address, account, wallet or id',
    columns: {
      who: 'Participant',
      ownId: 'Your id',
      email: 'E-mail address',
      wallet: 'Wallet',
      since: 'Known since',
    },
    empty: {
      title: 'No participants yet',
      description:
        'Whoever an event is about stands here from then on. Publish one, import a file, or add somebody by hand.',
    },
    nothingMatches: {
      title: 'Nobody is found',
      description: (search: string) =>
        `Nobody has “${search}” in their name, e-mail address, accounts, wallet or ids.`,
      action: 'Show everybody',
    },
  },
  add: 'Add a participant',
  transfer: 'Import and export',
} as const;
