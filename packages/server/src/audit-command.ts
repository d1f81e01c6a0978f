import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type AuditEntry, Chain } from './audit/index.ts';
import type { CommandParts, ExitCode } from './command-database.ts';

export const auditHelp = `fanfare audit verifies an audit log that was exported (GET /v1/audit-log.jsonl, without filters).

  fanfare audit verify <file>         follows the hashes from the first entry to the last
  fanfare audit verify <file> <hash>  and expects an entry with this hash among them: a head noted down earlier

It needs no database. Exit code 0: the log is whole; 1: it is not.
`;

/** `fanfare audit`. Gives the exit code. */
export async function runAuditCommand({ args, write, complain }: CommandParts): Promise<ExitCode> {
  if (args.includes('--help') || args.includes('-h')) {
    write(auditHelp);
    return 0;
  }
  const [what, file, noted, ...more] = args;
  if (what !== 'verify' || file === undefined || more.length > 0) {
    complain(`Found "${args.join(' ')}", expected verify and a file.\n\n${auditHelp}`);
    return 2;
  }
  try {
    return await verifyFile(file, noted ?? null, { write, complain });
  } catch (error) {
    complain(`The file cannot be read: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

async function verifyFile(
  file: string,
  noted: string | null,
  { write, complain }: Pick<CommandParts, 'write' | 'complain'>,
): Promise<ExitCode> {
  const chain = new Chain();
  let organization: string | null = null;
  let seen = noted === null;
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(file) })) {
    line += 1;
    const entry = readEntry(text);
    if (entry === null) {
      complain(`Line ${line} is no entry of an audit log.\n`);
      return 1;
    }
    organization ??= entry.organization_id;
    if (entry.organization_id !== organization) {
      complain(`Line ${line} is of another organization, ${entry.organization_id}.\n`);
      return 1;
    }
    if (!chain.add(entry)) break;
    seen ||= entry.hash === noted;
  }
  const { broken, entries, head } = chain.report();
  if (broken !== null) {
    complain(`Broken at entry ${broken.number}. ${broken.reason}\n`);
    return 1;
  }
  if (!seen) {
    complain(`The ${entries} entries fit each other, but none has the hash ${noted}.\n`);
    return 1;
  }
  write(
    head === null
      ? 'The log has no entries.\n'
      : `Whole: ${entries} entries. Head: ${head.number} ${head.hash}\n`,
  );
  return 0;
}

/** Null for what is none. What else is wrong with it shows in its hash. */
function readEntry(text: string): AuditEntry | null {
  try {
    const value: unknown = JSON.parse(text);
    return isEntry(value) ? value : null;
  } catch {
    return null;
  }
}

function isEntry(value: unknown): value is AuditEntry {
  return (
    typeof value === 'object' &&
    value !== null &&
    'number' in value &&
    'hash' in value &&
    'organization_id' in value &&
    typeof value.organization_id === 'string'
  );
}
