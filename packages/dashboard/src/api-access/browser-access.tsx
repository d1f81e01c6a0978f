import { Stack } from '@mantine/core';
import { useMay } from '../session/index.ts';
import { AllowedOrigins } from './allowed-origins.tsx';
import { ParticipantTokens } from './participant-tokens.tsx';

/** What the browsers of participants may do, and from where. */
export function BrowserAccess() {
  const may = useMay('tokens');
  return (
    <Stack>
      <AllowedOrigins may={may} />
      {may && <ParticipantTokens />}
    </Stack>
  );
}
