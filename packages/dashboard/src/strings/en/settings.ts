/** Settings of the organization, what it may use, and its end. */
export const settings = {
  title: 'Settings',
  organization: {
    title: 'Organization',
    name: 'Name',
    nameHint: 'Payloads of some formats carry it. Events that were accepted before keep the name it had.',
    save: 'Save the name',
    saved: (name: string) => `The organization is called ${name} from now on.`,
    id: 'Id',
    idWhat: 'the id',
    made: 'Made',
  },
  alerts: {
    title: 'Alerts by e-mail',
    description:
      'Who is told when a webhook fails, is about to be disabled, is disabled, or is back. It needs a mail server, which whoever runs this Fanfare names in FANFARE_SMTP_URL. Webhooks can be told the same by the events webhook.failing, webhook.disabled, webhook.recovered and webhook.parked.',
    label: 'E-mail addresses',
    hint: 'Press Enter after each; 20 at most.',
    placeholder: 'ops@example.com',
    save: 'Save the addresses',
    saved: 'They are told from now on.',
    savedNone: 'Nobody is told by e-mail any more.',
    none: 'Nobody is told by e-mail.',
  },
  browsers: {
    title: 'Browser access',
    description:
      'From which pages the browsers of participants may call, and how to end the tokens they were given.',
    link: 'Browser access',
  },
  retention: {
    title: 'How long things are kept',
    description:
      'Whoever runs this Fanfare sets it, for all organizations. What is older goes day by day (UTC). Campaigns, participants, points and the audit log stay.',
    events: 'Events and deliveries',
    attempts: 'Attempts',
    bodies: 'Answers of receivers, and what inboxes received',
    days: (days: number) => (days === 1 ? '1 day' : `${days} days`),
  },
  quotas: {
    title: 'Quotas',
    description:
      'What the organization uses, and how much it may. Whoever runs this Fanfare sets them; events of test participants do not count.',
    label: 'Quotas',
    names: {
      requests_per_second: 'Requests that make events, a second',
      events_per_day: 'Events today (UTC)',
      events_per_month: 'Events this month (UTC)',
      backlog: 'Deliveries that wait or are under way',
      webhooks: 'Webhooks',
      inboxes: 'Inboxes',
      campaigns: 'Campaigns',
      communities: 'Communities',
      tokens: 'API tokens',
    },
    of: (used: string, limit: string) => `${used} of ${limit}`,
    upTo: (limit: string) => `up to ${limit}`,
    unlimited: (used: string) => `${used}, no limit`,
    noLimit: 'no limit',
    anew: 'Begins anew',
    own: 'Set for this organization',
    full: 'Used up: whatever needs more of it is refused.',
    nearlyFull: 'Nearly used up.',
  },
  deletion: {
    title: 'Delete the organization',
    description: 'For good. Nobody can bring anything of it back.',
    open: 'Delete the organization …',
    dialog: (name: string) => `Delete ${name}`,
    destroys: 'This is deleted, and cannot be brought back:',
    names: [
      'Webhooks with their secrets, and every event, delivery and attempt on record',
      'Campaigns with their quests, tasks, rewards, points, leaderboards and payouts',
      'Participants with their accounts and everything they did',
      'API tokens, inboxes, event types of your own, and the audit log',
      'The accounts of people who belong to no other organization',
    ],
    atOnce:
      'At once every token is refused, nothing is sent any more, and everybody is signed out. The rest follows from two minutes later on.',
    type: (name: string) => `Type ${name} to confirm`,
    action: 'Delete it for good',
  },
} as const;
