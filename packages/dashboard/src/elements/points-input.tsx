import { NumberInput, type NumberInputProps } from '@mantine/core';

/** Points as they are kept: not less than none, at most 4 decimal places. Empty while nothing is typed. */
export function PointsInput(props: NumberInputProps) {
  return (
    <NumberInput
      decimalScale={4}
      allowNegative={false}
      thousandSeparator=","
      hideControls
      inputMode="decimal"
      {...props}
    />
  );
}
