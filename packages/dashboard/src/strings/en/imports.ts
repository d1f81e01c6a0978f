/** Participants and points from CSV files, and into them. */
export const imports = {
  title: 'Import and export',
  description: 'Participants and points from CSV files, and back into them.',
  people: {
    title: 'Import participants',
    description:
      'Each line makes somebody new, or changes whoever has its id, external_id or one of its accounts; an empty cell leaves what there is. Importing a file again changes nothing.',
    columns:
      'id, external_id, email, first_name, last_name, phone, wallet, account:<platform>, test, referral_code, fields, field:<name>',
  },
  points: {
    title: 'Import points',
    description:
      'Each line gives points in one campaign, or takes them with a minus. A reference books its line once and for all; without one, the name of the import and the number of the line are it.',
    columns: 'one of id, external_id and account:<platform>; amount; reference; note',
  },
  columns: 'Columns',
  file: 'CSV file',
  choose: 'Choose a file',
  name: 'Name of the import',
  nameHint: 'Importing a file again under its name books nothing twice.',
  nameOptional: 'So that you find it again.',
  start: 'Import',
  campaign: 'Campaign',
  chooseCampaign: 'Choose a campaign',
  missingFile: 'Choose a file.',
  missingCampaign: 'Choose the campaign in which the points are.',
  export: {
    title: 'Export',
    people: 'All participants',
    description: 'The files open in any spreadsheet, and the one of participants can be imported again.',
    points: 'Points and leaderboard',
    needsCampaign: 'Of one campaign.',
    activity: 'Every change of points',
    leaderboard: 'Leaderboard',
  },
  jobs: {
    title: 'Imports and erasures',
    label: 'Imports and erasures, newest first',
    columns: {
      what: 'What',
      state: 'State',
      progress: 'Dealt with',
      refused: 'Refused',
      started: 'Asked for',
    },
    kinds: {
      import_participants: 'Participants',
      import_points: 'Points',
      erase_participant: 'Erasure',
    } as Readonly<Record<string, string>>,
    named: (kind: string, name: string) => `${kind}: ${name}`,
    of: (done: string, total: string) => `${done} of ${total}`,
    empty: {
      title: 'Nothing was imported yet',
      description: 'Files that you import stand here, with every line that could not be taken and why.',
    },
  },
  job: {
    progress: 'Progress',
    counts: 'What came of it',
    done: 'Dealt with',
    refused: 'Refused',
    asked: 'Asked for',
    finished: 'Finished',
    columns: 'Columns of the file',
    words: {
      created: 'New',
      updated: 'Changed',
      unchanged: 'Unchanged',
      booked: 'Booked',
      repeated: 'Booked before',
    } as Readonly<Record<string, string>>,
    cancel: 'Cancel',
    confirmCancel: {
      title: 'Cancel the import',
      consequence:
        'It ends after the step under way. What it took so far stays; importing the file again takes the rest.',
      confirm: 'Cancel the import',
      done: 'It ends after the step under way.',
    },
    cancelling: 'It is being cancelled: a step is still under way.',
    failed: 'It failed',
    refusals: {
      title: 'Refused lines',
      label: 'Lines that could not be taken',
      columns: { line: 'Line', field: 'Column', reason: 'Why', excerpt: 'It begins with' },
      whole: 'the whole line',
      none: 'Every line was taken.',
      download: 'Download as CSV',
    },
  },
} as const;
