const places = 4;

/**
 * What a value is worth at a rate, to the last decimal and as the server rounds: to 4 places, half a unit up (away from
 * zero). Null while one of them is no decimal number.
 */
export function worth(value: string, rate: string): string | null {
  const a = scaled(value);
  const b = scaled(rate);
  if (a === null || b === null) return null;
  return written(rounded(a.digits * b.digits, a.places + b.places));
}

function scaled(text: string): { readonly digits: bigint; readonly places: number } | null {
  const parts = /^(-?)(\d+)(?:\.(\d*))?$/.exec(text.trim());
  if (parts === null) return null;
  const [, sign = '', whole = '', fraction = ''] = parts;
  return { digits: BigInt(`${sign}${whole}${fraction}`), places: fraction.length };
}

/** To so many ten-thousandths. */
function rounded(digits: bigint, from: number): bigint {
  if (from <= places) return digits * 10n ** BigInt(places - from);
  const unit = 10n ** BigInt(from - places);
  const half = digits < 0n ? -unit / 2n : unit / 2n;
  return (digits + half) / unit;
}

function written(tenThousandths: bigint): string {
  const sign = tenThousandths < 0n ? '-' : '';
  const digits = String(tenThousandths < 0n ? -tenThousandths : tenThousandths).padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  return `${sign}${digits.slice(0, -places)}${fraction === '' ? '' : `.${fraction}`}`;
}
