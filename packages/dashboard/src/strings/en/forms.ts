/** Around forms: what is said of fields that need another look, and before somebody leaves without saving. */
export const forms = {
  look: 'Some fields need another look. Each says why.',
  unsaved: {
    title: 'Leave without saving?',
    consequence: 'What you changed here is lost.',
    leave: 'Leave',
    stay: 'Stay',
  },
} as const;
