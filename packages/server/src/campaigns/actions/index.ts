export { type ActionReceipt, type Actions, type ActionsParts, createActions } from './actions.ts';
