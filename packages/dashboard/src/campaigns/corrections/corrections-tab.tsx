import { Stack } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useCampaign } from '../campaign.ts';
import { BookPoints } from './book-points.tsx';
import { Recalculate } from './recalculate.tsx';
import { RecalculationResult } from './recalculation-result.tsx';

const route = getRouteApi('/signed-in/campaigns/$campaignId/corrections');

/** Putting right what people have: by hand for one, by the settings of today for all. */
export function CorrectionsTab() {
  const { id } = useCampaign();
  const { job } = route.useSearch();
  const navigate = route.useNavigate();
  const open = (jobId: string) => void navigate({ search: { job: jobId } });
  if (job !== undefined) {
    return (
      <RecalculationResult
        key={job}
        campaignId={id}
        jobId={job}
        onOpen={open}
        onClose={() => void navigate({ search: {} })}
      />
    );
  }
  return (
    <Stack gap="lg">
      <BookPoints campaignId={id} />
      <Recalculate campaignId={id} onOpen={open} />
    </Stack>
  );
}
