/** The first page: how deliveries are doing. */
export const overview = {
  title: 'Overview',
  firstSteps: {
    title: 'No webhook receives events yet',
    detail:
      'Create a webhook to have events sent to a URL of yours. Without a receiver at hand, an inbox of Fanfare shows what would arrive there.',
    viewer: 'Somebody with the role developer, admin or owner can create one.',
    create: 'Create a webhook',
    inbox: 'Open the inboxes',
  },
  vitals: {
    eventsNow: 'Events a second, now',
    attemptsNow: 'Deliveries a second, now',
    success: 'Success rate',
    response: 'Response time, median',
    waiting: 'Waiting deliveries',
    inRange: (total: string) => `${total} in this range`,
    failed: (total: string) => `${total} attempts failed`,
    p95: (value: string) => `95% within ${value}`,
    waitingNote: 'pending, retrying or parked',
  },
  attention: {
    title: 'Needs attention',
    none: 'All webhooks are doing well',
  },
  states: {
    title: 'Deliveries by state',
    pending: 'waiting for their first attempt, now',
    retrying: 'waiting for a retry, now',
    parked: 'waiting for somebody to decide, now',
    delivered: 'acknowledged in this range',
    exhausted: 'given up in this range',
  },
  activity: {
    title: 'Recent activity',
    list: 'Attempts, newest first',
    none: 'Nothing was delivered yet. What is delivered appears here as it happens.',
    noEvent: 'an event that is no longer kept',
    answer: (answer: string, time: string) => `· ${answer} in ${time}`,
  },
} as const;
