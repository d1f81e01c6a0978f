/** The list of webhooks, and the page of one. */
export const webhooks = {
  title: 'Webhooks',
  description: 'Where Fanfare sends what happens, in which format, and how each receiver is doing.',
  create: 'Create Webhook',
  list: {
    label: 'Webhooks',
    columns: {
      name: 'Name',
      state: 'Status',
      health: 'Last 24 hours',
      rate: 'Success rate',
      format: 'Format',
      events: 'Events',
      campaigns: 'Campaigns',
      last: 'Last delivery',
    },
    all: 'All',
    andMore: (first: string, more: number) => `${first} + ${more}`,
    sparkline: (rate: string, attempts: string) =>
      `${rate} of ${attempts} attempts acknowledged in the last 24 hours`,
    quiet: 'No attempts in the last 24 hours',
    unknownCampaign: 'A deleted campaign',
    empty: {
      title: 'No webhooks yet',
      description:
        'A webhook tells a system of yours what happens in your campaigns. It needs a URL and a choice of events.',
      readOnly: 'Whoever connects systems here, a developer or an admin, can create one.',
    },
    nothingMatches: {
      title: 'No webhook matches',
      description: 'Change what you search for, or show all of them.',
      action: 'Show all',
    },
  },
  filters: {
    searchHint: 'Name, id, URL or description',
    format: 'Format',
    anyFormat: 'Any format',
    state: 'Status',
    anyState: 'Any status',
    event: 'Sent event',
    anyEvent: 'Any event',
    anyCampaign: 'Any campaign',
    scopes: 'Scopes of claimr',
    eventTypes: 'Event types',
  },
} as const;
