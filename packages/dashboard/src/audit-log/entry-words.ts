import type { AuditEntry } from '@fanfare/client';
import { auditLog as text } from '#strings/audit-log.ts';

const actions: Readonly<Record<string, string>> = text.actions;
const groups: Readonly<Record<string, string>> = text.groups;

/** What was done, in words; what this page does not know yet, as the API names it. */
export function actionWords(action: string): string {
  return actions[action] ?? action;
}

export function actorName({ kind, id, name }: AuditEntry['actor']): string {
  if (kind === 'operator' || kind === 'anonymous') return name ?? text.actors[kind];
  return name ?? id ?? text.actors[kind];
}

export function targetName({ kind, id, name }: AuditEntry['target']): string {
  return name ?? id ?? groups[kind] ?? kind;
}

/** Every action there is, below what it is done to. */
export const actionChoices = Object.entries(text.groups).map(([kind, group]) => ({
  group,
  items: Object.entries(text.actions)
    .filter(([action]) => action.startsWith(`${kind}.`))
    .map(([value, label]) => ({ value, label })),
}));
