import type { ReactNode } from 'react';
import classes from './form-fields.module.css';

/** All fields of a form. Who may only look can read them and change none. */
export function FormFields({
  disabled,
  children,
}: {
  readonly disabled: boolean;
  readonly children: ReactNode;
}) {
  return (
    <fieldset disabled={disabled} className={classes.fields}>
      {children}
    </fieldset>
  );
}
