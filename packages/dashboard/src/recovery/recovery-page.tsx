import { Button } from '@mantine/core';
import { IconPlayerTrackPrev } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { recovery as text } from '#strings/recovery.ts';
import { Page } from '../elements/index.ts';
import { useMay } from '../session/index.ts';
import { ReplayDialog } from './replay-dialog.tsx';
import { ReplayList } from './replay-list.tsx';
import { ResendList } from './resend-list.tsx';
import type { RecoverySearch } from './search.ts';
import { TroubleList } from './trouble-list.tsx';

const route = getRouteApi('/signed-in/recovery');

/** What is wrong, and making up for what was missed. */
export function RecoveryPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const may = useMay('webhooks');
  const ask = (wanted: RecoverySearch) => void navigate({ search: wanted, resetScroll: false });
  return (
    <Page
      title={text.title}
      description={text.description}
      actions={
        may && (
          <Button leftSection={<IconPlayerTrackPrev size={16} />} onClick={() => ask({ replay: 'new' })}>
            {text.replay}
          </Button>
        )
      }
    >
      <TroubleList replay={ask} />
      <ReplayList />
      <ResendList />
      {may && <ReplayDialog search={search} close={() => ask({})} />}
    </Page>
  );
}
