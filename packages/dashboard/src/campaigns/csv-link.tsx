import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { campaignTabs as text } from '#strings/campaign-tabs.ts';
import { useMay } from '../session/index.ts';

/** A table as a file, for those who may take people's data with them. */
export function CsvLink({
  campaignId,
  table,
}: {
  readonly campaignId: string;
  readonly table: 'leaderboard' | 'activity';
}) {
  if (!useMay('people')) return null;
  return (
    <Button
      component="a"
      href={`/v1/campaigns/${campaignId}/${table}.csv`}
      download
      variant="default"
      leftSection={<IconDownload size={16} />}
    >
      {text.csv}
    </Button>
  );
}
