import { Text } from '@mantine/core';

/** An exact amount, every place of it, with its unit. Zeros at the end stand back, so that the eye finds the number. */
export function Amount({ value, unit }: { readonly value: string; readonly unit?: string | undefined }) {
  const zeros = value.includes('.') ? (/\.?0+$/.exec(value)?.[0] ?? '') : '';
  const kept = value.slice(0, value.length - zeros.length);
  return (
    <span style={{ overflowWrap: 'break-word', fontVariantNumeric: 'tabular-nums' }}>
      {kept}
      {zeros !== '' && (
        <Text span inherit c="dimmed">
          {zeros}
        </Text>
      )}
      {unit !== undefined && `\u00a0${unit}`}
    </span>
  );
}
