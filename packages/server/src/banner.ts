/** What a person needs to know of a Fanfare that has just started. */
export interface BannerFacts {
  readonly version: string;
  /** Where it can be reached from this machine, without a slash at the end. */
  readonly origin: string;
  /** Where browsers reach it. */
  readonly dashboard: string;
  readonly token: string;
  readonly tokenFile: string;
  /** Makes the first owner's account; null once there is one. */
  readonly welcome: string | null;
  /** Where the data is, in words. */
  readonly data: string;
  readonly privateTargets: boolean;
  readonly secondsToReady: number;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
}

/** The first screen: where it is, how to use it, how to stop it. Its commands work when pasted into a shell. */
export function banner(facts: BannerFacts): string {
  const { origin, token, bold, dim } = facts;
  const api = (path: string, body?: string) =>
    `curl -sS ${origin}${path} -H 'Authorization: Bearer ${token}'${
      body === undefined ? '' : ` -H 'Content-Type: application/json' -d ${body}`
    }`;
  const inbox = `$(${api('/v1/inboxes', `'{"name":"Mine"}'`)} | grep -o 'inb_[0-9a-z]*' | head -n 1)`;
  const webhook = `"{\\"name\\":\\"Mine\\",\\"format\\":\\"standard\\",\\"url\\":\\"${origin}/inbox/${inbox}\\"}"`;
  const event = `'{"type":"user.signed_in","participant":{"external_id":"ada"},"data":{"session":{"id":"ses_1"},"method":"email"}}'`;
  return [
    '',
    bold(`Fanfare ${facts.version} is ready`) + dim(` after ${facts.secondsToReady.toFixed(1)} s`),
    '',
    `  Dashboard  ${bold(facts.dashboard)}`,
    ...(facts.welcome === null
      ? []
      : [`  Sign up    ${bold(facts.welcome)}   (makes the owner's account, once)`]),
    `  Address    ${origin}   (reference: ${origin}/docs/api)`,
    `  API token  ${token}   (kept in ${facts.tokenFile})`,
    `  Data       ${facts.data}`,
    `  Targets    ${
      facts.privateTargets
        ? 'private and loopback addresses are allowed (FANFARE_ALLOW_PRIVATE_TARGETS=off refuses them)'
        : 'public addresses only'
    }`,
    '',
    `  ${dim('Create a webhook that points at an inbox of its own:')}`,
    `  ${api('/v1/webhooks', webhook)}`,
    '',
    `  ${dim('Publish an event:')}`,
    `  ${api('/v1/events', event)}`,
    '',
    `  ${dim('See what was delivered:')}`,
    `  ${api('/v1/deliveries')}`,
    '',
    `  ${dim('Ctrl-C stops it; what is under way is finished or made again at the next start.')}`,
    '',
    '',
  ].join('\n');
}
