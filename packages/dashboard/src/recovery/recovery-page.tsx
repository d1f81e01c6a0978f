import { Button } from '@mantine/core';
import { IconPlayerTrackPrev } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { recovery as text } from '#strings/recovery.ts';
import { Page } from '../elements/index.ts';
import { useMay } from '../session/index.ts';
import { ReplayDialog } from './replay-dialog.tsx';
import { ReplayList } from './replay-list.tsx';
import { ResendList } from './resend-list.tsx';
import { TroubleList } from './trouble-list.tsx';

const route = getRouteApi('/signed-in/recovery');

/** What is wrong, and making up for what was missed. */
export function RecoveryPage() {
  const { replay } = route.useSearch();
  const navigate = route.useNavigate();
  const may = useMay('webhooks');
  const ask = (webhookId: string | undefined) =>
    void navigate({ search: webhookId === undefined ? {} : { replay: webhookId }, resetScroll: false });
  return (
    <Page
      title={text.title}
      description={text.description}
      actions={
        may && (
          <Button leftSection={<IconPlayerTrackPrev size={16} />} onClick={() => ask('new')}>
            {text.replay}
          </Button>
        )
      }
    >
      <TroubleList replay={ask} />
      <ReplayList />
      <ResendList />
      {may && <ReplayDialog webhookId={replay} close={() => ask(undefined)} />}
    </Page>
  );
}
