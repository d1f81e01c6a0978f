import type { EventType } from '@fanfare/client';
import { Button, Stack, Text, Title } from '@mantine/core';
import { IconCategory, IconPlus } from '@tabler/icons-react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { eventTypes as text } from '#strings/event-types.ts';
import { useRead } from '../api/index.ts';
import { type Column, DataTable, Nothing, Page, RowLink, SearchField } from '../elements/index.ts';
import { useMay } from '../session/index.ts';
import { type Carrier, carriersOf } from './carriers.ts';

const route = getRouteApi('/signed-in/event-types');
const { list } = text;

interface Listed {
  readonly type: EventType;
  readonly carriers: readonly Carrier[];
}

const columns: readonly Column<Listed>[] = [
  {
    id: 'type',
    header: list.columns.type,
    cell: ({ type: { type } }) => (
      <RowLink to="/event-types/$type" params={{ type }}>
        {type}
      </RowLink>
    ),
    width: '26%',
  },
  { id: 'meaning', header: list.columns.meaning, cell: ({ type }) => type.description },
  {
    id: 'formats',
    header: list.columns.formats,
    cell: ({ carriers }) => (
      <Text size="sm" c="dimmed" component="span">
        {carriers.map(({ title }) => title).join(', ')}
      </Text>
    ),
    wide: true,
    width: '30%',
  },
];

export function EventTypeList() {
  const { search } = route.useSearch();
  const navigate = route.useNavigate();
  const types = useRead('/v1/event-types');
  const formats = useRead('/v1/formats');

  const found = useMemo(() => {
    const known = types.data?.data;
    if (known === undefined || formats.data === undefined) return undefined;
    const all = known.map((type) => ({ type, carriers: carriersOf(type, formats.data.data) }));
    return search === undefined ? all : all.filter((listed) => isMatch(listed, search.toLowerCase()));
  }, [types.data, formats.data, search]);
  const error = types.error ?? formats.error;
  const again = () => {
    void types.refetch();
    void formats.refetch();
  };
  const own = found?.filter(({ type }) => type.origin === 'organization');
  const catalogue = found?.filter(({ type }) => type.origin === 'catalogue');
  const hasOwn = types.data?.data.some(({ origin }) => origin === 'organization') === true;

  return (
    <Page title={text.title} description={text.description} actions={hasOwn && <RegisterButton />}>
      <SearchField
        placeholder={list.searchHint}
        value={search}
        onChange={(typed) => void navigate({ search: { search: typed }, replace: true })}
      />
      {error === null && (search === undefined || own?.length !== 0) && (
        <Stack gap="sm" component="section">
          <Title order={2} size="h4">
            {list.own}
          </Title>
          <DataTable
            label={list.ownLabel}
            columns={columns}
            rows={own}
            rowId={({ type }) => type.type}
            empty={hasOwn ? <NothingMatches /> : <NoneOfOnesOwn />}
          />
        </Stack>
      )}
      <Stack gap="sm" component="section">
        <Title order={2} size="h4">
          {list.catalogue}
        </Title>
        <DataTable
          label={list.catalogueLabel}
          columns={columns}
          rows={catalogue}
          rowId={({ type }) => type.type}
          error={error}
          again={again}
          empty={<NothingMatches />}
        />
      </Stack>
    </Page>
  );
}

function isMatch({ type, carriers }: Listed, search: string): boolean {
  return [type.type, type.title, type.description, ...carriers.map(({ name }) => name)].some((part) =>
    part.toLowerCase().includes(search),
  );
}

function RegisterButton() {
  if (!useMay('webhooks')) return null;
  return (
    <Button
      variant="default"
      leftSection={<IconPlus size={16} />}
      renderRoot={(props) => <Link to="/event-types/new-type" {...props} />}
    >
      {text.register}
    </Button>
  );
}

function NoneOfOnesOwn() {
  const may = useMay('webhooks');
  const { title, description, readOnly } = list.noOwn;
  return (
    <Nothing
      title={title}
      description={may ? description : `${description} ${readOnly}`}
      icon={<IconCategory />}
      action={<RegisterButton />}
    />
  );
}

function NothingMatches() {
  return (
    <Nothing
      title={list.nothingMatches}
      description={list.nothingMatchesDetail}
      action={
        <Button variant="default" renderRoot={(props) => <Link to="/event-types" search={{}} {...props} />}>
          {list.showAll}
        </Button>
      }
    />
  );
}
