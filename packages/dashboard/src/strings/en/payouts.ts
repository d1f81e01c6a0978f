/** Payouts: what is paid for whom, attempt by attempt. */
export const payouts = {
  title: 'Payouts',
  description:
    'What participants claimed and a system of yours pays, newest first. A payout keeps its id over all attempts, so nobody is paid twice.',
  list: {
    label: 'Payouts',
    columns: {
      payout: 'Reward',
      amount: 'Amount',
      who: 'For',
      state: 'State',
      attempt: 'Attempts',
      campaign: 'Campaign',
      asked: 'Last asked for',
    },
    empty: {
      title: 'No payouts yet',
      description:
        'A reward that a webhook pays makes a payout when somebody claims it. Set a reward of a campaign to be paid by a webhook.',
      action: 'Go to the campaigns',
    },
    nothingMatches: {
      title: 'No payout matches',
      description: 'None has all that you filter by.',
      action: 'Show all payouts',
    },
  },
  filters: {
    label: 'Filter payouts',
    state: 'State',
    anyState: 'Any state',
    reward: 'Reward',
    anyReward: 'Any reward',
    rewardNeedsCampaign: 'Choose a campaign first',
    anyCampaign: 'Any campaign',
    anybody: 'Anybody',
  },
} as const;
