import { Button, Group, Stack } from '@mantine/core';
import { type FormValidateInput, type UseFormReturnType, useForm } from '@mantine/form';
import type { ReactNode } from 'react';
import { campaignDesign as text } from '#strings/campaign-design.ts';
import { useChange } from '../../api/index.ts';
import { FormFields, FormProblem, useUnsavedGuard } from '../../elements/index.ts';
import { useMay } from '../../session/index.ts';
import { differences } from '../differences.ts';
import { designLists } from './design.ts';
import { useEditing } from './use-editing.ts';

export interface EditorFormProps<Values extends object, Body extends object> {
  readonly initial: Values;
  /** What the API may find fault with, by the paths of the fields. */
  readonly fields: readonly string[];
  readonly bodyOf: (values: Values) => Body;
  readonly validate?: FormValidateInput<Values>;
  /** Null when it is there already. */
  readonly create: ((body: Body) => Promise<{ readonly name: string }>) | null;
  readonly update: (change: Partial<Body>) => Promise<{ readonly name: string }>;
  readonly children: (form: UseFormReturnType<Values>) => ReactNode;
}

/** The form of a group, a quest, a task or a reward. It closes once it is saved, and asks before changes are lost. */
export function EditorForm<Values extends object, Body extends object>({
  initial,
  fields,
  bodyOf,
  validate,
  create,
  update,
  children,
}: EditorFormProps<Values, Body>) {
  const mayDesign = useMay('campaigns');
  const { close } = useEditing();
  const form = useForm<Values>({ initialValues: initial, ...(validate && { validate }) });
  const leave = useUnsavedGuard(form.isDirty());
  const save = useChange(
    (values: Values) => {
      const body = bodyOf(values);
      return create?.(body) ?? update(differences(bodyOf(form.getInitialValues()), body));
    },
    {
      changes: designLists,
      problem: 'shown',
      // What is new shows itself.
      ...(create === null && { done: ({ name }: { readonly name: string }) => text.saved(name) }),
      onDone: () => {
        leave();
        close();
      },
    },
  );
  const focusFirst = (errors: object) => form.getInputNode(Object.keys(errors)[0] ?? '')?.focus();
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values), focusFirst)}>
      <FormFields disabled={!mayDesign}>
        <Stack>
          {children(form)}
          <FormProblem form={form} error={save.error} fields={fields} />
          {mayDesign && (
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {text.cancel}
              </Button>
              <Button type="submit" loading={save.isPending} disabled={create === null && !form.isDirty()}>
                {create === null ? text.submit.save : text.submit.add}
              </Button>
            </Group>
          )}
        </Stack>
      </FormFields>
    </form>
  );
}
