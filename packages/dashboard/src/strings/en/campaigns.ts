/** Campaigns: the list, the page of one and its tabs. */
export const campaigns = {
  title: 'Campaigns',
  description:
    'What people can do for points and rewards, from when until when. Everything that happens in a campaign is told to the webhooks that want to know.',
  tabs: { campaigns: 'Campaigns', communities: 'Communities' },
  create: 'Create campaign',
  listLabel: 'Campaigns, newest first',
  name: 'Name',
  status: 'Status',
  runs: 'Runs',
  participants: 'Participants',
  webhooks: 'Webhooks',
  lastActivity: 'Last activity',
  community: 'Community',
  created: 'Created',
  empty: {
    title: 'No campaigns yet',
    may: 'Create one, then design what people can do in it: groups, quests and tasks.',
    mayNot: 'Whoever manages campaigns here has not created one yet.',
  },
  period: {
    always: 'Without end',
    from: 'From',
    until: 'Until',
    between: '–',
  },
  page: {
    crumb: 'Campaigns',
    tabs: 'Parts of the campaign',
    overview: 'Overview',
    design: 'Design',
    participants: 'Participants',
    leaderboard: 'Leaderboard',
    referrals: 'Referrals',
    activity: 'Activity',
    corrections: 'Corrections',
    integration: 'Integration',
    settings: 'Settings',
  },
  /** What a status means, and what setting it does. */
  statuses: {
    draft: {
      label: 'Draft',
      meaning: 'Being prepared: nobody can act, and participants do not see it.',
      turn: 'Back to draft',
    },
    active: { label: 'Active', meaning: 'People can act between start and end.', turn: 'Activate' },
    paused: { label: 'Paused', meaning: 'Nobody can act until it is active again.', turn: 'Pause' },
    ended: {
      label: 'Ended',
      meaning: 'Nobody can act any more. What people earned can still be claimed.',
      turn: 'End',
    },
  },
  changeStatus: 'Change status',
  statusChanged: (name: string, status: string) => `“${name}” is now: ${status}.`,
  end: {
    title: (name: string) => `End the campaign “${name}”`,
    consequence:
      'From now on nobody can complete tasks, play or fire triggers in it. Points, rewards and history stay, and what people earned can still be claimed. You can activate it again.',
    confirm: 'End campaign',
  },
  communities: {
    description:
      'A campaign belongs to a community. Payloads in the ChainVine format name it as their source. New campaigns, and events without a campaign, belong to the default one.',
    listLabel: 'Communities, newest first',
    create: 'Add community',
    createTitle: 'Add a community',
    renameTitle: (name: string) => `Rename “${name}”`,
    name: 'Name',
    nameHint: 'Payloads name it from then on; those that were sent keep the name it had.',
    save: 'Save',
    add: 'Add',
    default: 'Default',
    makeDefault: 'Make default',
    rename: 'Rename',
    delete: 'Delete',
    actions: (name: string) => `Actions for ${name}`,
    deleted: (name: string) => `Deleted the community “${name}”.`,
    empty: { title: 'No communities', description: 'Every organization has one. Load the page again.' },
    deleting: {
      title: (name: string) => `Delete the community “${name}”`,
      consequence:
        'It cannot be brought back. A community with campaigns is not deleted: move them to another one first, in their settings.',
      confirm: 'Delete',
    },
  },
} as const;
