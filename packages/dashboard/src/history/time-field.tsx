import '@mantine/dates/styles.css';
import { DateTimePicker } from '@mantine/dates';
import dayjs from 'dayjs';
import type { ReactNode } from 'react';

const shown = 'D MMM YYYY HH:mm';

export interface TimeFieldProps {
  readonly label: string;
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
  readonly placeholder?: string;
  readonly required?: boolean;
  readonly error?: ReactNode;
}

/** A moment in the reader's time zone; ISO 8601 outside. */
export function TimeField({ label, value, onChange, placeholder, required = false, error }: TimeFieldProps) {
  return (
    <DateTimePicker
      label={label}
      valueFormat={shown}
      value={value === null ? null : new Date(value)}
      onChange={(chosen) => onChange(chosen === null ? null : dayjs(chosen).toISOString())}
      maxDate={dayjs().endOf('day').toDate()}
      clearable={!required}
      withAsterisk={required}
      {...(placeholder !== undefined && { placeholder })}
      {...(error !== undefined && { error })}
    />
  );
}
