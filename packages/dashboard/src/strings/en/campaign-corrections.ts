/** Putting right what people have: revoking completions, booking points by hand, recalculating. */
export const campaignCorrections = {
  revoke: {
    title: (name: string) => `Revoke the completion of “${name}”`,
    consequence:
      'With it go its points and those of its reward, the quest that no longer holds without it, and the bonus it brought the referrer; never more than there are. It can be completed again. What receivers were told stays told; they hear of what is taken.',
    reason: 'Reason',
    reasonHint: 'Shown as the note of the correction. At most 200 characters.',
    confirm: 'Revoke',
    done: (taken: string) => `Revoked: ${taken} points were taken.`,
    missing: (taken: string, missing: string) =>
      `Revoked: ${taken} points were taken. ${missing} more could not be, as there were none left.`,
    repeated: 'It had been revoked before. Nothing was changed.',
  },
  book: {
    title: 'Give or take points by hand',
    description:
      'For what no task covers: a prize at an event, a mistake put right. Receivers hear of it like of any other points.',
    participant: 'Participant',
    direction: 'Direction',
    give: 'Give',
    take: 'Take',
    amount: 'Points',
    amountHint: 'Exactly these, without the multiplier. At most 4 decimal places.',
    cause: 'Booked as',
    causes: {
      correction: {
        label: 'Correction',
        meaning: 'Puts a mistake right. Also possible when the campaign is paused or over.',
      },
      custom: { label: 'Custom', meaning: 'Something of your own that people get or lose points for.' },
      withdrawal: {
        label: 'Withdrawal',
        meaning:
          'They spent points elsewhere. Only takes. Also possible when the campaign is paused or over.',
      },
    },
    reference: 'Reason',
    referenceHint:
      'Shown as the note. The same reason books nothing a second time for the same person, so name what it is about: “Refund of order 4711”.',
    submit: { give: 'Give points', take: 'Take points' },
    gave: (points: string, total: string) => `Gave ${points} points. They have ${total} now.`,
    took: (points: string, total: string) => `Took ${points} points. They have ${total} now.`,
    missingPerson: 'Choose whom it concerns.',
  },
  recalculate: {
    title: 'Recalculate points',
    description:
      'After the points of tasks or quests, or the referral bonus, were changed: what people completed before is worth what it would be worth today, and the difference is booked as a correction. Completions by triggers keep the trigger’s worth, and rewards stay. A trial run says what would come of it and changes nothing.',
    tasks: 'Only these tasks',
    quests: 'Only these quests',
    tasksHint: 'Empty, and no quests chosen: everything.',
    questsHint: 'Empty, and no tasks chosen: everything.',
    noTasks: 'This campaign has no such task',
    noQuests: 'This campaign has no such quest',
    trial: 'Trial run',
    again: 'New recalculation',
    earlier: 'Earlier runs',
    earlierLabel: 'Recalculations of this campaign, newest first',
    started: 'Started',
    kind: 'Run',
    kinds: { trial: 'Trial', real: 'Booked' },
    state: 'State',
    none: {
      title: 'Nothing was recalculated yet',
      description: 'Begin with a trial run: it changes nothing.',
    },
    resultTrial: 'What would come of it',
    resultReal: 'What came of it',
    running: (done: string, total: string) => `${done} of ${total} participants looked at`,
    runningUnknown: (done: string) => `${done} participants looked at`,
    waiting: 'Waiting for its turn',
    participants: 'Participants concerned',
    completions: 'Completions worth something else',
    given: 'Points given',
    taken: 'Points taken',
    missing: (points: string) => `${points} more could not be taken`,
    differences: 'For whom it makes a difference',
    differencesLabel: 'Participants with a difference',
    points: 'Points',
    referrer: 'Referrer',
    bonus: 'Referrer’s bonus',
    same: {
      title: 'Everything is worth what it was',
      description: 'By the settings of today nobody has more or less.',
    },
    apply: 'Book these differences',
    applyTitle: 'Book the differences',
    applyConsequence: (participants: string, given: string, taken: string) =>
      `${participants} participants are concerned: ${given} points are given, ${taken} taken. It cannot be undone, and receivers hear of each correction. What happens until then is taken into account.`,
    applyConfirm: 'Book',
    cancel: 'Cancel the run',
    cancelTitle: 'Cancel the recalculation',
    cancelConsequence:
      'It ends after the step under way. What it booked stays booked; running it again books the rest.',
    cancelConfirm: 'Cancel the run',
    close: 'Back',
  },
} as const;
