/** Registering an event type of one's own, and changing it. */
export const eventTypeEditor = {
  registerTitle: 'Register an event type',
  editTitle: (type: string) => `Edit ${type}`,
  about: {
    title: 'What it is',
    description: 'Webhooks choose it by its name.',
  },
  name: 'Name',
  nameHint: 'Letters, digits and underscores, with full stops between the segments: “vip.upgraded”.',
  meaning: 'Description',
  meaningHint: 'When it happens, for whoever chooses it.',
  schema: {
    title: 'Data',
    description:
      'A JSON Schema (2020-12) of what stands in the data of its events. Each event is held against it before it is accepted.',
    label: 'JSON Schema',
    preview: 'As fields',
  },
  example: {
    title: 'Example',
    description: 'One event’s data, as receivers will see it. It has to satisfy the schema.',
    label: 'Example of the data',
  },
  notJson: (reason: string) => `This is not JSON: ${reason}`,
  notObject: 'Expected a JSON object.',
  at: (pointer: string, detail: string) => `At ${pointer}: ${detail}`,
  wholeSchema: 'the schema',
  checking: 'Checking …',
  fits: 'The schema is valid, and the example satisfies it.',
  changeHint:
    'Events are checked by the new schema as soon as you save; those accepted before stay as they are.',
  register: 'Register',
  save: 'Save',
  cancel: 'Cancel',
  registered: (type: string) => `${type} is registered. Choose it in the webhooks that should get it.`,
  saved: 'Saved. Events are checked by the new schema from now on.',
  notYours: 'Types of the catalogue are the same for everybody and cannot be changed.',
} as const;
