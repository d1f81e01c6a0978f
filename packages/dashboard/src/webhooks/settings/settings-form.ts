import { type UseFormReturnType, useForm } from '@mantine/form';
import type { SettingsValues } from './values.ts';

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
  return useForm<SettingsValues>({ initialValues });
}
