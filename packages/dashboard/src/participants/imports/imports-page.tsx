import { Button, Group, SimpleGrid, Stack, Title } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { frame } from '#strings/frame.ts';
import { imports as text } from '#strings/imports.ts';
import { FormSection, Page } from '../../elements/index.ts';
import { CampaignSelect } from '../../pickers/index.ts';
import { useMay } from '../../session/index.ts';
import { ImportForm } from './import-form.tsx';
import { JobList } from './job-list.tsx';

export function ImportsPage() {
  const may = useMay('people');
  return (
    <Page
      title={text.title}
      description={text.description}
      crumbs={[{ label: frame.pages.participants, to: '/participants' }]}
    >
      {may && (
        <>
          <SimpleGrid cols={{ base: 1, md: 2 }}>
            <FormSection title={text.people.title} description={text.people.description}>
              <ImportForm what="participants" />
            </FormSection>
            <FormSection title={text.points.title} description={text.points.description}>
              <ImportForm what="points" />
            </FormSection>
          </SimpleGrid>
          <FormSection title={text.export.title} description={text.export.description}>
            <Exports />
          </FormSection>
        </>
      )}
      <Stack gap="sm" component="section">
        <Title order={2} size="h4">
          {text.jobs.title}
        </Title>
        <JobList />
      </Stack>
    </Page>
  );
}

function Exports() {
  const [campaign, setCampaign] = useState<string | null>(null);
  return (
    <Stack gap="md" align="flex-start">
      <Download path="/v1/participants.csv" label={text.export.people} />
      <Group align="flex-end">
        <CampaignSelect
          label={text.export.points}
          description={text.export.needsCampaign}
          placeholder={text.chooseCampaign}
          value={campaign}
          onChange={setCampaign}
        />
        {campaign !== null && (
          <>
            <Download path={`/v1/campaigns/${campaign}/activity.csv`} label={text.export.activity} />
            <Download path={`/v1/campaigns/${campaign}/leaderboard.csv`} label={text.export.leaderboard} />
          </>
        )}
      </Group>
    </Stack>
  );
}

function Download({ path, label }: { readonly path: string; readonly label: string }) {
  return (
    <Button
      component="a"
      href={path}
      download
      variant="default"
      leftSection={<IconDownload size={16} aria-hidden />}
    >
      {label}
    </Button>
  );
}
