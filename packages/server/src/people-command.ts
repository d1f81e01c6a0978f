import { createOwnEmail, createSessions, isAddress, type SessionsParts } from './accounts/index.ts';
import { createAuditLog, operatorSource } from './audit/index.ts';
import { type CommandParts, type ExitCode, onDatabase } from './command-database.ts';
import { idFromUuid } from './ids.ts';
import { openKeyring, originOfConfig, welcomeLink } from './node.ts';
import { createOrganizationsStore } from './storage/index.ts';

export const peopleHelp = `fanfare people makes links for those who cannot get one otherwise.

  fanfare people owner                         the link that makes the first owner's account, once
  fanfare people reset <e-mail>                a link that sets a new password, once, within an hour
  fanfare people address <e-mail> <new e-mail> a link by which somebody who is signed in takes another e-mail address,
                                               once, within an hour

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
  const asked = askedFor(args);
  if (asked === null) {
    complain(
      `Found "${args.join(' ')}", expected owner, reset and an e-mail address, or address and two of them.\n\n${peopleHelp}`,
    );
    return 2;
  }
  return onDatabase('people', parts, async (database, config) => {
    const links: string[] = [];
    const onReset: SessionsParts['onReset'] = ({ link }) => void links.push(link);
    const origin = originOfConfig(config);
    const clock = { now: () => parts.now().getTime() };
    const onTrouble = (error: unknown) =>
      complain(`${error instanceof Error ? error.message : String(error)}\n`);
    const keyring = await openKeyring(config, database);
    const sessions = createSessions({ database, keyring, origin, clock, onTrouble, onReset });
    if (asked.what !== 'owner') {
      const { email } = asked;
      const audit = createAuditLog({ database, clock });
      const ownEmail = createOwnEmail({
        database,
        sessions,
        send: null,
        onMailTrouble: onTrouble,
        origin,
        clock,
      });
      await audit.together(
        operatorSource,
        async () => {
          if (asked.what === 'reset') return sessions.requestReset({ email, address: null });
          const link = await ownEmail.linkFor(email, asked.next);
          if (link !== null) links.push(link);
        },
        async () => {
          if (links.length === 0) return [];
          const made = asked.what === 'reset' ? 'person.reset_link_made' : 'person.address_link_made';
          return audit.notesOnAccount(email, made);
        },
      );
      if (links.length === 0) complain(`Nobody has an account with the address ${email}.\n`);
      else write(`${links.join('\n')}\n`);
      return links.length === 0 ? 1 : 0;
    }
    const first = await createOrganizationsStore(database).first();
    const token = first === null ? null : await sessions.ownerToken(idFromUuid('org', first.id));
    if (token === null) complain('The organization has an owner already, who can invite others.\n');
    else write(`${welcomeLink(origin, token, config.demo)}\n`);
    return token === null ? 1 : 0;
  });
}

type Asked =
  | { readonly what: 'owner' }
  | { readonly what: 'reset'; readonly email: string }
  | { readonly what: 'address'; readonly email: string; readonly next: string };

function askedFor([what, email, next, ...more]: readonly string[]): Asked | null {
  if (what === 'owner' && email === undefined) return { what };
  if (what === 'reset' && email !== undefined && next === undefined) return { what, email };
  if (what === 'address' && email !== undefined && isAddress(next) && more.length === 0) {
    return { what, email, next };
  }
  return null;
}
