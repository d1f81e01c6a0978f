import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { auditLog as text } from '#strings/audit-log.ts';
import type { AuditFilter } from './search.ts';

/** Files with everything that the filters let through. */
export function Exports({ filter }: { readonly filter: AuditFilter }) {
  const query = new URLSearchParams(Object.entries(filter)).toString();
  const address = (file: string) => (query === '' ? file : `${file}?${query}`);
  return (
    <Menu position="bottom-end" width={320}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} />}>
          {text.exports.open}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={address('/v1/audit-log.csv')} download>
          {text.exports.csv}
        </Menu.Item>
        <Menu.Item component="a" href={address('/v1/audit-log.jsonl')} download>
          {text.exports.jsonl}
        </Menu.Item>
        {query !== '' && <Menu.Label>{text.exports.filtered}</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  );
}
