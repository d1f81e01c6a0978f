/** Built-in receivers: what arrived, whether its signature holds, and what is answered. */
export const inboxes = {
  title: 'Inboxes',
  description:
    'Receivers that Fanfare brings along, to try things out. Each keeps what is sent to its URL, checks the signature, and answers as you tell it to.',
  list: {
    label: 'Inboxes',
    columns: { name: 'Name', url: 'URL', answer: 'Answers', made: 'Made' },
    empty: {
      title: 'No inboxes yet',
      description:
        'Create one and let a webhook send to its URL: you see every request as it arrives, before you write a receiver.',
      readOnly: 'Developers, admins and owners can create them.',
    },
  },
  theUrl: 'the URL',
  answer: {
    reset: 'cuts the connection',
    status: (status: number) => String(status),
    after: (what: string, delay: string) => `${what} after ${delay}`,
  },
  create: 'Create an inbox',
} as const;
