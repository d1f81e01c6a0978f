export const secretKinds = ['v1', 'v1a', 'own'] as const;

/** Where a secret comes from: generated for one of the signatures, or the owner's own text. */
export interface SecretChoice {
  readonly kind: (typeof secretKinds)[number];
  readonly own: string;
}

export const generatedSecret: SecretChoice = { kind: 'v1', own: '' };

/** As the API takes it. */
export function secretBody({ kind, own }: SecretChoice) {
  return kind === 'own' ? { secret: own } : { signature_version: kind };
}
