import { Badge, Code, Group, Stack, Table, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useMemo } from 'react';
import { eventTypes } from '#strings/event-types.ts';
import { type SchemaField, schemaFields } from './schema-fields.ts';

const { page, schema: words } = eventTypes;
const indent = 18;

/** A JSON Schema as the fields it asks for. */
export function SchemaTree({ schema }: { readonly schema: Readonly<Record<string, unknown>> }) {
  const fields = useMemo(() => schemaFields(schema), [schema]);
  const phone = useMediaQuery('(max-width: 48em)') ?? false;
  if (fields.length === 0) return <Text c="dimmed">{page.data.noFields}</Text>;
  if (phone) {
    return (
      <Stack gap="sm">
        {fields.map((field) => (
          <div key={field.path.join('.')} style={{ paddingLeft: (field.path.length - 1) * indent }}>
            <Name field={field} />
            <Text size="sm" c="dimmed">
              {field.type}
            </Text>
            <Meaning field={field} />
          </div>
        ))}
      </Stack>
    );
  }
  return (
    <Table verticalSpacing="xs" aria-label={page.data.tree}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col" w="34%">
            {page.columns.field}
          </Table.Th>
          <Table.Th scope="col" w="22%">
            {page.columns.type}
          </Table.Th>
          <Table.Th scope="col">{page.columns.meaning}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {fields.map((field) => (
          <Table.Tr key={field.path.join('.')}>
            <Table.Td style={{ paddingLeft: 10 + (field.path.length - 1) * indent }}>
              <Name field={field} />
            </Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{field.type}</Table.Td>
            <Table.Td>
              <Meaning field={field} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Name({ field: { name, required } }: { readonly field: SchemaField }) {
  return (
    <Group gap="xs" wrap="nowrap">
      {name === null ? (
        <Text size="sm" fs="italic" component="span">
          {words.anyName}
        </Text>
      ) : (
        <Code style={{ overflowWrap: 'anywhere' }}>{name}</Code>
      )}
      {required && (
        <Badge size="sm" variant="light" tt="none">
          {page.required}
        </Badge>
      )}
    </Group>
  );
}

function Meaning({ field: { description, limits } }: { readonly field: SchemaField }) {
  return (
    <>
      {description !== null && <Text size="sm">{description}</Text>}
      {limits.length > 0 && (
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {limits.join(', ')}
        </Text>
      )}
    </>
  );
}
