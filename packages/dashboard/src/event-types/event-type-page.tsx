import type { EventType } from '@fanfare/client';
import { Badge, Button, Card, Code, Group, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { eventTypes as text } from '#strings/event-types.ts';
import { frame } from '#strings/frame.ts';
import { fanfare, isMissing, useChange, useChanged, useRead } from '../api/index.ts';
import {
  type Column,
  confirmFirst,
  DataTable,
  Facts,
  Moment,
  none,
  Page,
  Problem,
  SourceText,
} from '../elements/index.ts';
import { PagePlaceholder } from '../frame/index.ts';
import { useMay } from '../session/index.ts';
import { type Carrier, carriersOf } from './carriers.ts';
import { SchemaTree } from './schema-tree.tsx';

const route = getRouteApi('/signed-in/event-types/$type');
const { page } = text;

export function EventTypePage() {
  const { type } = route.useParams();
  const found = useRead('/v1/event-types/{type}', { path: { type } });
  if (found.error !== null && (found.data === undefined || isMissing(found.error))) {
    return (
      <Page title={type} crumbs={[{ label: frame.pages.eventTypes, to: '/event-types' }]}>
        <Problem error={found.error} again={() => void found.refetch()} />
      </Page>
    );
  }
  return found.data === undefined ? <PagePlaceholder /> : <Shown type={found.data} />;
}

function Shown({ type }: { readonly type: EventType }) {
  return (
    <Page
      title={type.type}
      mark={
        <Badge variant="light" color={type.origin === 'catalogue' ? 'gray' : 'fanfare'} tt="none">
          {text.origin[type.origin]}
        </Badge>
      }
      description={type.description}
      crumbs={[{ label: frame.pages.eventTypes, to: '/event-types' }]}
      actions={type.origin === 'organization' && <Actions type={type.type} />}
    >
      <Facts
        facts={[
          { label: page.facts.campaign, value: <Fact>{page.belongs[type.campaign]}</Fact> },
          { label: page.facts.participant, value: <Fact>{page.belongs[type.participant]}</Fact> },
          ...(type.created_at === null
            ? []
            : [
                {
                  label: page.facts.registered,
                  value: (
                    <Fact>
                      <Moment at={type.created_at} />
                    </Fact>
                  ),
                },
              ]),
          ...(type.updated_at === null
            ? []
            : [
                {
                  label: page.facts.changed,
                  value: (
                    <Fact>
                      <Moment at={type.updated_at} />
                    </Fact>
                  ),
                },
              ]),
        ]}
      />
      <Formats type={type} />
      <Data type={type} />
      <Stack gap="sm" component="section">
        <Title order={2} size="h4">
          {page.example.title}
        </Title>
        <SourceText
          value={JSON.stringify(type.example)}
          language="json"
          what={page.example.what}
          title={page.example.data}
        />
        <SourceText
          value={publishCommand(type)}
          language="bash"
          what={page.publish.what}
          title={page.publish.title}
        />
      </Stack>
    </Page>
  );
}

function Fact({ children }: { readonly children: ReactNode }) {
  return (
    <Text fz="md" fw={600} component="span">
      {children}
    </Text>
  );
}

function Actions({ type }: { readonly type: string }) {
  const navigate = route.useNavigate();
  const changed = useChanged();
  const remove = useChange(() => fanfare.delete('/v1/event-types/{type}', { path: { type } }), {
    done: page.confirmDelete.done(type),
    // First away from here: what is deleted cannot be read anew.
    onDone: () => void navigate({ to: '/event-types' }).then(() => changed('/v1/event-types')),
  });
  if (!useMay('webhooks')) return null;
  return (
    <>
      <Button renderRoot={(props) => <Link to="/event-types/$type/edit" params={{ type }} {...props} />}>
        {page.edit}
      </Button>
      <Button
        variant="default"
        loading={remove.isPending}
        onClick={() =>
          confirmFirst({
            title: page.confirmDelete.title(type),
            consequence: page.confirmDelete.consequence,
            confirm: page.confirmDelete.confirm,
            onConfirm: () => remove.mutate(undefined),
          })
        }
      >
        {page.delete}
      </Button>
    </>
  );
}

const carrierColumns: readonly Column<Carrier>[] = [
  { id: 'format', header: page.formats.columns.format, cell: ({ title }) => title },
  { id: 'name', header: page.formats.columns.name, cell: ({ name }) => <Code>{name}</Code> },
  {
    id: 'scopes',
    header: page.formats.columns.scopes,
    cell: ({ scopes }) =>
      scopes.length === 0 ? (
        none
      ) : (
        <Group gap={4}>
          {scopes.map((scope) => (
            <Code key={scope}>{scope}</Code>
          ))}
        </Group>
      ),
  },
];

function Formats({ type }: { readonly type: EventType }) {
  const formats = useRead('/v1/formats');
  return (
    <Stack gap="sm" component="section">
      <div>
        <Title order={2} size="h4">
          {page.formats.title}
        </Title>
        <Text size="sm" c="dimmed">
          {page.formats.description}
        </Text>
      </div>
      <DataTable
        label={page.formats.label}
        columns={carrierColumns}
        rows={formats.data && carriersOf(type, formats.data.data)}
        rowId={({ format }) => format}
        error={formats.error}
        again={() => void formats.refetch()}
        empty={null}
      />
    </Stack>
  );
}

function Data({ type }: { readonly type: EventType }) {
  const { schema: shown = 'tree' } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Stack gap="sm" component="section">
      <Group justify="space-between" align="flex-end">
        <div>
          <Title order={2} size="h4">
            {page.data.title}
          </Title>
          <Text size="sm" c="dimmed">
            {page.data.description}
          </Text>
        </div>
        <SegmentedControl
          aria-label={page.data.view}
          data={[
            { value: 'tree', label: page.data.tree },
            { value: 'json', label: page.data.json },
          ]}
          value={shown}
          onChange={(value) =>
            void navigate({ search: value === 'json' ? { schema: 'json' } : {}, replace: true })
          }
        />
      </Group>
      {shown === 'json' ? (
        <SourceText
          value={JSON.stringify(type.schema)}
          language="json"
          what={page.data.schema}
          title={page.data.json}
        />
      ) : (
        <Card withBorder padding="sm">
          <SchemaTree schema={type.schema} />
        </Card>
      )}
    </Stack>
  );
}

/** For a shell of theirs, with a token of theirs in `TOKEN`. */
function publishCommand({ type, campaign, participant, example }: EventType): string {
  const event = {
    type,
    ...(campaign === 'required' && { campaign_id: 'cmp_…' }),
    ...(participant === 'required' && { participant: { external_id: 'ada' } }),
    data: example,
  };
  const json = JSON.stringify(event).replaceAll("'", "'\\''");
  return [
    `curl -sS ${location.origin}/v1/events \\`,
    `  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\`,
    `  -d '${json}'`,
  ].join('\n');
}
