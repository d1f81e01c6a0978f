/** Words of the parts that all pages are made of. */
export const elements = {
  tryAgain: 'Try again',
  signInAgain: 'Sign in in another window',
  cancel: 'Cancel',
  close: 'Close',
  more: 'Show more',
  actions: 'Actions',
  search: 'Search',
  showPassword: 'Show what is typed',
  clearSearch: 'Clear the search',
  copied: 'Copied',
  copy: (what: string) => `Copy ${what}`,
  now: 'now',
  never: 'never',
  query: { title: 'Query', what: 'the query' },
  emptyText: 'Empty',
  shownOnce: {
    title: (what: string) => `Copy ${what} now`,
    detail: 'It is shown this once and cannot be looked up later.',
  },
} as const;
