import type { Job } from '@fanfare/client';
import { Button, Code, FileInput, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { imports as text } from '#strings/imports.ts';
import { fanfare, useChange } from '../../api/index.ts';
import { Problem } from '../../elements/index.ts';
import { CampaignSelect } from '../../pickers/index.ts';

interface Asked {
  readonly file: File;
  readonly name: string;
  readonly campaignId: string | null;
}

/** Takes a file; the page of its job shows what comes of it. */
export function ImportForm({ what }: { readonly what: 'participants' | 'points' }) {
  const [file, setFile] = useState<File | null>(null);
  const [name, setName] = useState('');
  const [campaignId, setCampaignId] = useState<string | null>(null);
  const [checked, setChecked] = useState(false);
  const navigate = useNavigate();
  const points = what === 'points';
  const start = useChange((asked: Asked) => imported(asked), {
    changes: ['/v1/jobs'],
    onDone: ({ id }) => void navigate({ to: '/participants/imports/$jobId', params: { jobId: id } }),
    problem: 'shown',
  });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (file === null || (points && campaignId === null)) return;
    start.mutate({ file, name: name.trim(), campaignId: points ? campaignId : null });
  };
  return (
    <form onSubmit={submit} aria-label={text[what === 'points' ? 'points' : 'people'].title} noValidate>
      <Stack gap="sm">
        <Text size="xs" c="dimmed">
          {text.columns}: <Code fz="xs">{text[points ? 'points' : 'people'].columns}</Code>
        </Text>
        {points && (
          <CampaignSelect
            label={text.campaign}
            placeholder={text.chooseCampaign}
            required
            value={campaignId}
            onChange={setCampaignId}
            error={checked && campaignId === null ? text.missingCampaign : undefined}
          />
        )}
        <FileInput
          label={text.file}
          placeholder={text.choose}
          accept=".csv,text/csv"
          required
          value={file}
          onChange={setFile}
          error={checked && file === null ? text.missingFile : undefined}
          leftSection={<IconUpload size={16} />}
          clearable
        />
        <TextInput
          label={text.name}
          description={points ? text.nameHint : text.nameOptional}
          maxLength={100}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <Problem error={start.error} />
        <Group>
          <Button type="submit" loading={start.isPending}>
            {text.start}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function imported({ file, name, campaignId }: Asked): Promise<Job> {
  const named = name !== '' && { name };
  return campaignId === null
    ? fanfare.post('/v1/imports/participants', { csv: file, query: { ...named } })
    : fanfare.post('/v1/imports/points', { csv: file, query: { campaign_id: campaignId, ...named } });
}
