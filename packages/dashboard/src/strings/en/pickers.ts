/** Fields in which one of many things is chosen. */
export const pickers = {
  campaign: 'Campaign',
  webhook: 'Webhook',
  eventType: 'Event type',
  participant: 'Participant',
  participantHint: 'Name, e-mail address, account or id',
  loading: 'Looking …',
  nothingFound: 'Nothing has this name',
  nobodyFound: 'Nobody is known by this. Try an id, an e-mail address or an account',
} as const;
