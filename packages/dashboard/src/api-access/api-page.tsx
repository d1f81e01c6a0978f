import { Button, Tabs } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { apiAccess as text } from '#strings/api-access.ts';
import { Page } from '../elements/index.ts';
import { useMay } from '../session/index.ts';
import { PredefinedHooks } from '../webhooks/index.ts';
import { BrowserAccess } from './browser-access.tsx';
import type { ApiTab } from './routes.ts';
import { Tokens } from './tokens.tsx';

const route = getRouteApi('/signed-in/api');

export function ApiPage() {
  const seesTokens = useMay('tokens');
  const tabs: readonly ApiTab[] = seesTokens ? ['hooks', 'tokens', 'browsers'] : ['hooks', 'browsers'];
  const { tab: asked } = route.useSearch();
  const navigate = route.useNavigate();
  const tab = tabs.find((one) => one === asked) ?? tabs[0] ?? null;
  return (
    <Page
      title={text.title}
      description={text.description}
      actions={
        <Button
          component="a"
          href="/docs/api"
          target="_blank"
          variant="default"
          rightSection={<IconExternalLink size={15} />}
        >
          {text.reference}
        </Button>
      }
    >
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(next) => {
          const known = tabs.find((one) => one === next);
          if (known !== undefined) void navigate({ search: { tab: known } });
        }}
      >
        <Tabs.List mb="lg">
          {tabs.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {text.tabs[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="hooks">
          <PredefinedHooks />
        </Tabs.Panel>
        <Tabs.Panel value="tokens">
          <Tokens />
        </Tabs.Panel>
        <Tabs.Panel value="browsers">
          <BrowserAccess />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
