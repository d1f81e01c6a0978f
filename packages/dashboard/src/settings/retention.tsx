import { settings as text } from '#strings/settings.ts';
import { useRead } from '../api/index.ts';
import { Facts, FormSection, Reading } from '../elements/index.ts';

/** How long things are kept; nobody sets it here. */
export function Retention() {
  const organization = useRead('/v1/organization');
  return (
    <FormSection title={text.retention.title} description={text.retention.description}>
      <Reading query={organization} height={80}>
        {(data) => (
          <Facts
            facts={[
              { label: text.retention.events, value: text.retention.days(data.retention.events_days) },
              { label: text.retention.attempts, value: text.retention.days(data.retention.attempts_days) },
              { label: text.retention.bodies, value: text.retention.days(data.retention.bodies_days) },
            ]}
          />
        )}
      </Reading>
    </FormSection>
  );
}
