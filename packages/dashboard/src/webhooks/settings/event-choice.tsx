import type { EventType, Format } from '@fanfare/client';
import { Anchor } from '@mantine/core';
import { webhookSettings } from '#strings/webhook-settings.ts';
import { useEventTypes } from '../../pickers/index.ts';
import { type CheckGroup, CheckList } from './check-list.tsx';

const { events: words } = webhookSettings;

/** The events of a format, or its scopes, as checkboxes; none of them stands for all. */
export function EventChoice({
  format,
  value,
  onChange,
  error,
}: {
  readonly format: Format;
  readonly value: readonly string[];
  readonly onChange: (value: string[]) => void;
  readonly error?: string | undefined;
}) {
  const types = useEventTypes().data ?? [];
  const isScoped = format.scopes.length > 0;
  return (
    <CheckList
      label={words.label}
      description={
        value.length > 0 ? (
          <>
            {words.chosen(value.length)}{' '}
            <Anchor component="button" type="button" size="xs" onClick={() => onChange([])}>
              {words.clear}
            </Anchor>
          </>
        ) : isScoped ? (
          words.noScopeChosen
        ) : (
          `${words.nothingChosen} ${words.nothingChosenNote}`
        )
      }
      find={words.find}
      groups={isScoped ? scopeGroups(format) : typeGroups(format, types)}
      value={value}
      onChange={onChange}
      error={error}
    />
  );
}

/** Explained by the format's ready-made webhooks, each of which is for one scope. */
function scopeGroups({ scopes, predefined_webhooks }: Format): CheckGroup[] {
  const items = scopes.map((scope) => {
    const ready = predefined_webhooks.find(({ events }) => events.includes(scope));
    return { value: scope, label: scope, ...(ready && { description: ready.description }) };
  });
  return [{ title: '', items }];
}

function typeGroups(format: Format, types: readonly EventType[]): CheckGroup[] {
  const groups = new Map<string, { value: string; label: string; description: string }[]>();
  for (const { type, title, description, origin, formats } of types) {
    if (!formats.includes(format.name)) continue;
    const group = origin === 'organization' ? words.own : groupOf(type);
    const items = groups.get(group) ?? [];
    items.push({ value: type, label: origin === 'organization' ? type : `${title} (${type})`, description });
    groups.set(group, items);
  }
  return [...groups].map(([title, items]) => ({ title, items }));
}

function groupOf(type: string): string {
  const [subject = ''] = type.split('.');
  return subject in words.groups ? words.groups[subject as keyof typeof words.groups] : words.other;
}
