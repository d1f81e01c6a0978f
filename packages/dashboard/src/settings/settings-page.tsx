import { Button, Group, Stack } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { settings as text } from '#strings/settings.ts';
import { FormSection, Page } from '../elements/index.ts';
import { useMay } from '../session/index.ts';
import { Alerts } from './alerts.tsx';
import { Deletion } from './deletion.tsx';
import { OrganizationSettings } from './organization-settings.tsx';
import { Quotas } from './quotas.tsx';
import { Retention } from './retention.tsx';

export function SettingsPage() {
  const mayDelete = useMay('deletion');
  return (
    <Page title={text.title}>
      <Stack maw={860}>
        <OrganizationSettings />
        <Alerts />
        <FormSection title={text.browsers.title} description={text.browsers.description}>
          <Group>
            <Button
              variant="default"
              renderRoot={(props) => <Link to="/api" search={{ tab: 'browsers' }} {...props} />}
            >
              {text.browsers.link}
            </Button>
          </Group>
        </FormSection>
        <Retention />
        <Quotas />
        {mayDelete && <Deletion />}
      </Stack>
    </Page>
  );
}
