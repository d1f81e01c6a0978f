import { createSessions, type SessionsParts } from './accounts/index.ts';
import { createAuditLog, operatorSource } from './audit/index.ts';
import { type CommandParts, type ExitCode, onDatabase } from './command-database.ts';
import { idFromUuid } from './ids.ts';
import { openKeyring, originOfConfig, welcomeLink } from './node.ts';
import { createOrganizationsStore } from './storage/index.ts';

export const peopleHelp = `fanfare people makes links for those who cannot get one otherwise.

  fanfare people owner           the link that makes the first owner's account, once
  fanfare people reset <e-mail>  a link that sets a new password, once, within an hour

It asks the database of DATABASE_URL, or the embedded one of FANFARE_DATA_DIR while its node runs, and needs the encryption
key of the nodes: run it with their settings.
`;

/** `fanfare people`. Gives the exit code. */
export async function runPeopleCommand(parts: CommandParts): Promise<ExitCode> {
  const { args, write, complain } = parts;
  if (args.includes('--help') || args.includes('-h')) {
    write(peopleHelp);
    return 0;
  }
  const [what, email, ...more] = args;
  const asksOwner = what === 'owner' && email === undefined;
  const asksReset = what === 'reset' && email !== undefined && more.length === 0;
  if (!asksOwner && !asksReset) {
    complain(`Found "${args.join(' ')}", expected owner, or reset and an e-mail address.\n\n${peopleHelp}`);
    return 2;
  }
  return onDatabase('people', parts, async (database, config) => {
    const links: string[] = [];
    const onReset: SessionsParts['onReset'] = ({ link }) => void links.push(link);
    const sessions = createSessions({
      database,
      keyring: await openKeyring(config, database),
      origin: originOfConfig(config),
      clock: { now: () => parts.now().getTime() },
      onTrouble: (error) => complain(`${error instanceof Error ? error.message : String(error)}\n`),
      onReset,
    });
    if (asksReset) {
      const audit = createAuditLog({ database, clock: { now: () => parts.now().getTime() } });
      await audit.together(
        operatorSource,
        () => sessions.requestReset({ email, address: null }),
        async () => (links.length === 0 ? [] : audit.notesOnAccount(email, 'person.reset_link_made')),
      );
      if (links.length === 0) complain(`Nobody has an account with the address ${email}.\n`);
      else write(`${links.join('\n')}\n`);
      return links.length === 0 ? 1 : 0;
    }
    const first = await createOrganizationsStore(database).first();
    const token = first === null ? null : await sessions.ownerToken(idFromUuid('org', first.id));
    if (token === null) complain('The organization has an owner already, who can invite others.\n');
    else write(`${welcomeLink(originOfConfig(config), token, config.demo)}\n`);
    return token === null ? 1 : 0;
  });
}
