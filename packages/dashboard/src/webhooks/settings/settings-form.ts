import { type UseFormReturnType, useForm } from '@mantine/form';
import { webhookSettings } from '#strings/webhook-settings.ts';
import type { HeaderRow, SettingsValues } from './values.ts';

export type SettingsForm = UseFormReturnType<SettingsValues>;

/** Where what the API says of a setting is shown, by the API's names. */
export const settingFields = [
  'name',
  'url',
  'description',
  'status',
  'format',
  'mode',
  'events',
  'campaigns',
  'method',
  'headers',
  'secret',
  'retry_policy',
  'timeout_ms',
  'rate_limit',
  'ordering',
  'payout_processing',
  'id',
] as const;

export function useSettingsForm(initialValues: SettingsValues): SettingsForm {
  return useForm<SettingsValues>({ initialValues, validate: { headers: nameTwice } });
}

/** The API takes headers by name, whatever their case. */
function nameTwice(rows: readonly HeaderRow[]): string | null {
  const names = rows.map(({ name }) => name.trim().toLowerCase()).filter((name) => name !== '');
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? null : webhookSettings.request.headerTwice(twice);
}
