/** Around forms: what is said of fields that need another look, and before somebody leaves without saving. */
export const forms = {
  look: 'Some fields need another look. Each says why.',
  unsaved: {
    title: 'Leave without saving?',
    consequence: 'What you changed here is lost.',
    endedTitle: 'You are no longer signed in',
    ended: 'Stay to keep what you changed here: saving it offers to sign in again. If you leave, it is lost.',
    leave: 'Leave',
    stay: 'Stay',
  },
} as const;
