/** Payouts: what is paid for whom, attempt by attempt. */
export const payouts = {
  title: 'Payouts',
  description:
    'What participants claimed and a system of yours pays. A payout keeps its id over all attempts, so nobody is paid twice.',
  tabs: { label: 'Payouts and totals', payouts: 'Payouts', totals: 'Totals per reward' },
  list: {
    label: 'Payouts, newest first',
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
    anyCampaign: 'Any campaign',
    anybody: 'Anybody',
  },
  totals: {
    description:
      'Exact sums of what was earned in a campaign, by what became of it. Test participants are left out.',
    choose: {
      title: 'Choose a campaign',
      description: 'Rewards belong to campaigns, and so do their totals.',
    },
  },
  page: {
    title: (reward: string, amount: string, unit: string) => `${reward}: ${amount} ${unit}`,
    facts: {
      amount: 'Amount',
      who: 'For',
      account: 'Paid to',
      noAccount: 'Not said',
      campaign: 'Campaign',
      id: 'Payment id',
      origin: 'Asked for first by',
      reference: 'Reference',
      made: 'Made',
    },
    requesters: { claim: 'a claim', auto: 'Fanfare, automatically', operator: 'an operator' },
    settlers: {
      webhook: 'by what the receiver answered',
      api: 'by the paying system, later',
      operator: 'by hand',
    },
    on: (name: string, platform: string) => `${name} on ${platform}`,
    state: {
      requested: {
        title: 'It waits to be sent',
        detail: 'The request goes out as soon as the webhook of the reward has room for it.',
      },
      sending: {
        title: 'The request is under way',
        detail: 'What the paying system answers decides: any 2xx means paid, anything else failed.',
      },
      processing: {
        title: 'The paying system is at it',
        detail:
          'It answered 202: it took the payment and will say later what came of it. If it cannot, settle the payout by hand.',
      },
      failed: {
        title: 'The last attempt failed',
        claim: 'It is asked for again when the participant claims, or by you.',
        auto: 'Fanfare asks again by itself',
      },
      paid: { title: 'Paid' },
    },
    attempts: {
      title: 'Attempts',
      label: 'Attempts of this payout',
      columns: {
        number: 'Attempt',
        asked: 'Asked for',
        by: 'By',
        outcome: 'Outcome',
        answer: 'Answer',
        settled: 'Settled',
        delivery: 'Request',
      },
      number: (number: number) => `Attempt ${number}`,
      open: 'Open',
      noAnswer: 'none',
      look: 'Request and answer',
      gone: 'No longer kept',
      none: 'Nothing was asked for yet.',
    },
    earnings: {
      title: 'What it pays',
      label: 'Earnings that this payout pays',
      columns: { earning: 'Earning', amount: 'Amount', state: 'State', earned: 'Earned' },
      gone: 'These earnings are no longer part of it.',
    },
    retry: {
      action: 'Ask again',
      title: (amount: string, who: string) => `Ask again to pay ${amount} to ${who}`,
      consequence: (webhookHint: string) =>
        `One more request goes out under the same payment id. ${webhookHint}`,
      hint: 'A paying system that paid it before recognizes the id and pays nothing twice.',
      confirm: 'Ask again',
      done: 'It is asked for again.',
    },
    settle: {
      action: 'Settle by hand',
      title: (amount: string, who: string) => `Settle ${amount} for ${who} by hand`,
      failed:
        'The last attempt failed. If it was paid in another way, say so: it counts as paid from then on and is never asked for again.',
      processing: 'Say what the paying system made of it.',
      outcome: 'Outcome',
      outcomes: { paid: 'Paid', failed: 'Failed' },
      outcomeHint: 'Failed gives the earnings back: they can be claimed again.',
      reason: 'Reason',
      reasonHint: 'On record with your settlement: how it was paid, or why not.',
      reference: 'Reference',
      referenceHint: 'What the paying system calls it, such as a transaction hash. Need not be given.',
      confirm: { paid: 'Settle as paid', failed: 'Settle as failed' },
      cancel: 'Cancel',
      done: { paid: 'The payout is settled as paid.', failed: 'The payout is settled as failed.' },
      reasonMissing: 'Say how it was paid: it is all that is on record of it.',
    },
  },
} as const;
