/** What is wrong with webhooks, why, and how what was missed is made up for. */
export const recovery = {
  title: 'Health and recovery',
  description:
    'Which receivers do not acknowledge and why, what waits for somebody to decide, and sending again what was missed.',
  replay: 'Replay events',
  more: 'Show more',
  trouble: {
    title: 'What needs attention',
    label: 'Webhooks that need attention',
    none: 'Every webhook is well',
    noneDetail:
      'When a receiver stops acknowledging, or deliveries wait for somebody to decide, it stands here with the reason.',
    since: 'It began',
    failures: 'Failures in a row',
    nextProbe: 'Next attempt to find out',
    disables: 'Turned off unless it recovers',
    what: {
      failing:
        'One request at a time finds out whether the receiver is back. Everything else waits and keeps its attempts. Saving its settings tries at once.',
      disabled: 'Nothing is sent until somebody turns it on. What happens meanwhile can be replayed.',
      parked:
        'In order, later deliveries wait behind these until somebody tries them again or gives them up.',
      refused: 'The receiver answers, but often does not acknowledge.',
    },
    deliveries: 'Its deliveries',
    parkedDeliveries: 'Parked deliveries',
    enable: 'Turn on',
    enabled: (name: string) => `${name} is active again. Replay what it missed.`,
    replayMissed: 'Replay what it missed',
    replayFailed: 'Send what failed again',
    history: 'What happened before',
    hideHistory: 'Hide what happened before',
    changes: 'Changes of its health',
    columns: { changed: 'When', state: 'What', reason: 'Why' },
    noChanges: 'Nothing is on record',
    noChangesDetail: 'When its receiver stops acknowledging or is back, it is told here.',
  },
  parked: {
    retry: 'Try all parked again',
    retried: (many: number) =>
      many === 1 ? '1 delivery is tried again.' : `${many} deliveries are tried again.`,
    skip: 'Give up all parked',
    skipTitle: (name: string) => `Give up all parked deliveries of ${name}`,
    skipConsequence:
      'They end as cancelled without being delivered, and what waits behind them goes on. Each can be sent again later, out of order.',
    skipConfirm: 'Give them up',
    skipped: (many: number) =>
      many === 1 ? '1 delivery was given up.' : `${many} deliveries were given up.`,
  },
  replays: {
    title: 'Replays',
    none: 'Nothing was replayed yet',
    noneDetail:
      'A replay sends to a webhook what the event log holds: what it missed, what failed, or everything of a time.',
    what: (webhook: string, only: 'missing' | 'failed' | 'all') =>
      ({
        missing: `What ${webhook} missed`,
        failed: `What failed at ${webhook}`,
        all: `Everything for ${webhook}`,
      })[only],
    range: { from: 'Events from', until: 'until' },
    rate: (perSecond: number) => `at most ${perSecond} a second`,
    progress: (made: string, lookedAt: string) => `${made} sent, ${lookedAt} looked at`,
    delivered: 'Delivered',
    failed: 'Given up',
    retrying: 'Retrying',
    waiting: 'Waiting',
    cancelled: 'Cancelled',
    payments: (shown: string) => `${shown} requests for payments left out`,
    cancelTitle: 'Cancel the replay',
    cancelConsequence:
      'What waits for its first attempt ends as cancelled. What is under way ends as it will, and what was delivered stays delivered.',
  },
  resends: {
    title: 'Deliveries sent again',
    none: 'Nothing was sent again yet',
    noneDetail:
      'In the history, select deliveries or filter them, and send them again under the ids that they have.',
    toHistory: 'Look at the history',
  },
  form: {
    title: 'Replay events',
    close: 'Close',
    only: 'What',
    onlyChoices: {
      missing: {
        label: 'What it missed',
        description:
          'Events that no delivery to this webhook was made for: from before it existed, or while it was off. Each gets a new delivery.',
      },
      failed: {
        label: 'What failed',
        description:
          'Deliveries that ended without being acknowledged. They are sent again under their own ids.',
      },
      all: {
        label: 'Everything',
        description:
          'Every event that it asks for now, also what it has. Each gets a new delivery with a new id.',
      },
    },
    since: 'From',
    until: 'Until',
    untilNow: 'Now',
    eventTypes: 'Event types',
    allEventTypes: 'All that it asks for',
    anyCampaign: 'Any',
    anyParticipant: 'Anybody',
    rate: 'Deliveries a second',
    rateHint: 'At most 1,000. What is new goes first whatever this says.',
    count: 'Count',
    counted: (many: number, shown: string) =>
      many === 1 ? '1 delivery would be made.' : `${shown} deliveries would be made.`,
    countedFailed: (many: number, shown: string) =>
      many === 1 ? '1 delivery would be sent again.' : `${shown} deliveries would be sent again.`,
    nothing: 'Nothing would be sent. Look at the time and what is chosen.',
    lookedAt: (shown: string) => `${shown} looked at.`,
    payments: (many: number) =>
      many === 1
        ? '1 request for a payment is left out: payments are asked for again under Payouts.'
        : `${many} requests for payments are left out: payments are asked for again under Payouts.`,
    first: 'The first',
    last: 'The last',
    countFirst: 'Count first. Nothing is sent by that.',
    start: 'Start the replay',
    cancel: 'Cancel',
    started: 'The replay has started. It goes on when you leave this page.',
    sinceMissing: 'Choose from when on.',
    webhookMissing: 'Choose a webhook.',
  },
} as const;
