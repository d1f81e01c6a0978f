import { Button, Code, Group, List, Stack, TagsInput, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { apiAccess as text } from '#strings/api-access.ts';
import { fanfare, useChange, useRead } from '../api/index.ts';
import { FormProblem, FormSection, Reading } from '../elements/index.ts';

export function AllowedOrigins({ may }: { readonly may: boolean }) {
  const origins = useRead('/v1/organization/allowed-origins');
  return (
    <FormSection title={text.origins.title} description={text.origins.description}>
      <Reading query={origins} height={60}>
        {(data) =>
          may ? (
            <OriginsForm key={data.origins.join(' ')} saved={data.origins} />
          ) : (
            <Origins origins={data.origins} />
          )
        }
      </Reading>
    </FormSection>
  );
}

function Origins({ origins }: { readonly origins: readonly string[] }) {
  if (origins.length === 0) return <Text size="sm">{text.origins.none}</Text>;
  return (
    <List size="sm">
      {origins.map((origin) => (
        <List.Item key={origin}>
          <Code>{origin}</Code>
        </List.Item>
      ))}
    </List>
  );
}

function OriginsForm({ saved }: { readonly saved: readonly string[] }) {
  const form = useForm({ initialValues: { origins: [...saved] } });
  const save = useChange(
    (origins: readonly string[]) =>
      fanfare.put('/v1/organization/allowed-origins', { body: { origins: [...origins] } }),
    {
      changes: ['/v1/organization/allowed-origins'],
      done: ({ origins }) => (origins.length === 0 ? text.origins.savedNone : text.origins.saved),
      problem: 'shown',
    },
  );
  return (
    <form onSubmit={form.onSubmit(({ origins }) => save.mutate(origins))}>
      <Stack>
        <TagsInput
          label={text.origins.label}
          description={text.origins.hint}
          placeholder={text.origins.placeholder}
          acceptValueOnBlur
          {...form.getInputProps('origins')}
        />
        <FormProblem form={form} error={save.error} fields={['origins']} />
        <Group>
          <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
            {text.origins.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
