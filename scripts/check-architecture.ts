import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync, Visitor } from 'oxc-parser';

/**
 * Checks that imports run in the planned direction and that each kind of access to the outside has one
 * place. Run it with `npm run architecture`. The rules are the tables below; the plan behind them is in
 * docs/architecture.md.
 */

/** Folder of packages/server/src → the folders it may import, always through their index.ts. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  catalog: [],
  formats: ['catalog'],
  storage: [],
  audit: ['storage'],
  webhooks: ['catalog', 'formats', 'storage'],
  campaigns: ['audit', 'catalog', 'storage', 'delivery', 'jobs'],
  delivery: ['catalog', 'formats', 'webhooks', 'storage'],
  accounts: ['audit', 'jobs', 'storage', 'webhooks'],
  alerts: ['storage'],
  inbox: ['storage', 'webhooks'],
  jobs: ['storage'],
  live: ['audit', 'delivery', 'storage'],
  quotas: ['storage'],
  statistics: ['delivery', 'storage'],
  imports: ['audit', 'campaigns', 'catalog', 'jobs', 'storage'],
  replays: ['campaigns', 'catalog', 'delivery', 'formats', 'jobs', 'storage', 'webhooks'],
  upkeep: ['storage', 'webhooks'],
  observe: ['delivery', 'storage'],
  http: [
    'accounts',
    'alerts',
    'audit',
    'campaigns',
    'catalog',
    'delivery',
    'formats',
    'imports',
    'inbox',
    'jobs',
    'live',
    'quotas',
    'replays',
    'statistics',
    'storage',
    'webhooks',
  ],
  // Uses the public API like anybody else.
  demo: [],
};

/** Files directly in packages/server/src that every folder may import. */
const sharedFiles = ['ids.ts', 'problems.ts'];

/** Package → the only places that may import it. */
const reserved: readonly {
  readonly packages: readonly string[];
  readonly places: readonly string[];
  readonly why: string;
}[] = [
  { packages: ['pg', 'kysely'], places: ['storage/'], why: 'only storage/ holds SQL or the driver' },
  {
    packages: ['undici', 'node:https', 'node:tls', 'node:dns', 'node:dns/promises'],
    // The demo calls the API that its operator names.
    places: ['delivery/send/', 'demo/api.ts'],
    why: 'only delivery/send opens connections to addresses that users gave',
  },
  { packages: ['node:http'], places: ['http/'], why: 'only http/ serves HTTP' },
  {
    packages: ['node:child_process'],
    places: ['storage/'],
    why: 'only the embedded PostgreSQL is a process of ours',
  },
  {
    packages: ['pino'],
    places: ['observe/'],
    why: 'the log is made in observe/ and handed to whoever writes to it',
  },
  {
    packages: ['nodemailer'],
    places: ['alerts/'],
    why: 'only alerts/ knows how mail is sent',
  },
  {
    packages: ['@fanfare/client'],
    places: ['demo/'],
    why: 'the server answers the API and does not call it',
  },
  {
    packages: ['better-auth'],
    places: ['accounts/'],
    why: 'only accounts/ knows how people are authenticated',
  },
  { packages: ['fastify'], places: ['http/'], why: 'only http/ knows the web framework' },
];

/** Pure code: the same arguments give the same result at any time, anywhere. */
const pure = [
  'formats/',
  'catalog/',
  'delivery/retry-schedule.ts',
  'delivery/judge.ts',
  'statistics/tallies.ts',
  'audit/chain.ts',
  'audit/differences.ts',
  'demo/season.ts',
  'demo/plan.ts',
  'demo/people.ts',
  'demo/books.ts',
];

const forbiddenFolders = [
  'utils',
  'util',
  'helpers',
  'common',
  'lib',
  'shared',
  'misc',
  'types',
  'enums',
  'interfaces',
];

export interface Violation {
  /** Relative to the root. */
  readonly file: string;
  readonly line: number;
  readonly rule: string;
}

interface Import {
  readonly from: string;
  readonly line: number;
  /** Types alone: nothing of it is there at run time. */
  readonly types: boolean;
}

interface Source {
  /** From packages/server/src, with forward slashes. */
  readonly path: string;
  readonly imports: readonly Import[];
  /** Uses of the environment, the clock, randomness and the like. */
  readonly uses: readonly { readonly what: string; readonly line: number }[];
}

/** Everything under `root` that breaks a rule, in file order. */
export async function findViolations(root: string): Promise<Violation[]> {
  const found: Violation[] = [];
  const packagesDir = join(root, 'packages');
  for (const name of await readdir(packagesDir)) {
    const sourceDir = join(packagesDir, name, 'src');
    const files = await typescriptFiles(sourceDir);
    const doors = new Set(
      files
        .filter((file) => basename(file) === 'index.ts')
        .map((file) => relative(sourceDir, dirname(file)).split(sep).join('/')),
    );
    for (const file of files) {
      const source = read(relative(sourceDir, file).split(sep).join('/'), await readFile(file, 'utf8'));
      const rules = [
        ...folderNames(source),
        ...(name === 'server' ? serverRules(source, doors) : packageRules(name, source)),
      ];
      for (const { line, rule } of rules) found.push({ file: relative(root, file), line, rule });
    }
  }
  return found.sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line);
}

async function typescriptFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

type Broken = Omit<Violation, 'file'>;

function folderNames({ path }: Source): Broken[] {
  return dirname(path)
    .split('/')
    .filter((folder) => forbiddenFolders.includes(folder))
    .map((folder) => ({
      line: 1,
      rule: `a folder called "${folder}" says nothing about what is in it; name it after the noun that owns the code`,
    }));
}

/** Packages that others take into their own programs, and browsers: package → files that may use Node. */
const withoutDependencies: Readonly<Record<string, readonly string[]>> = {
  client: [],
  signature: ['node.ts'],
};

/**
 * What the pages of the dashboard stand on, from the bottom up: each may import those before it, and a feature (any other
 * folder) all of them, and other features through their index.ts.
 */
const dashboardGround = ['strings', 'api', 'live', 'session', 'elements', 'charts', 'pickers', 'frame'];

function dashboardRules(source: Source): Broken[] {
  const folder = folderOf(source.path);
  const height = folder === null ? -1 : dashboardGround.indexOf(folder);
  const broken: Broken[] = [];
  for (const { from, line, types } of source.imports) {
    if (from === '@fanfare/client' && !types && folder !== 'api') {
      broken.push({ line, rule: 'only api/ of the dashboard talks to the API; take `fanfare` from there' });
    }
    if (!from.startsWith('.') || folder === null) continue;
    const target = posix.join(dirname(source.path), from);
    const targetFolder = folderOf(target);
    if (targetFolder === null || targetFolder === folder) continue;
    if (posix.basename(target) !== 'index.ts') {
      broken.push({ line, rule: `import ${targetFolder}/ through ${targetFolder}/index.ts, not "${from}"` });
    }
    const targetHeight = dashboardGround.indexOf(targetFolder);
    if (height !== -1 && (targetHeight === -1 || targetHeight > height)) {
      broken.push({ line, rule: `${folder}/ of the dashboard must not import ${targetFolder}/` });
    }
  }
  return broken;
}

function packageRules(name: string, source: Source): Broken[] {
  const broken: Broken[] = name === 'dashboard' ? dashboardRules(source) : [];
  const nodeFiles = withoutDependencies[name];
  for (const { from, line } of source.imports) {
    const own = from.startsWith('.') || (from.startsWith('node:') && nodeFiles?.includes(source.path));
    if (nodeFiles !== undefined && !own) {
      broken.push({ line, rule: `the ${name} package has no dependencies, but this imports "${from}"` });
    }
    if (name !== 'testkit' && from.startsWith('@fanfare/server')) {
      broken.push({ line, rule: `no package builds on the server; this imports "${from}"` });
    }
  }
  if (nodeFiles !== undefined) {
    for (const { what, line } of source.uses) {
      if (what !== 'console' && what !== 'process.env') continue;
      broken.push({ line, rule: `${what} is not the ${name} package's; whoever uses it decides` });
    }
  }
  return broken;
}

function serverRules(source: Source, doors: ReadonlySet<string>): Broken[] {
  return [...directionRules(source, doors), ...reservedPackages(source), ...accessRules(source)];
}

function folderOf(path: string): string | null {
  return path.includes('/') ? (path.split('/')[0] ?? null) : null;
}

/** `doors`: the folders that have an index.ts. A folder inside another needs none, but has to use it once it has one. */
function directionRules(source: Source, doors: ReadonlySet<string>): Broken[] {
  const broken: Broken[] = [];
  const folder = folderOf(source.path);
  const allowed = folder === null ? null : mayImport[folder];
  if (allowed === undefined) {
    broken.push({
      line: 1,
      rule: `the folder "${folder}" is not in the table of scripts/check-architecture.ts; add it with what it may import`,
    });
  }
  for (const { from, line } of source.imports) {
    if (!from.startsWith('.')) continue;
    const target = posix.join(dirname(source.path), from);
    const targetFolder = folderOf(target);
    if (targetFolder === null) {
      if (folder !== null && !sharedFiles.includes(target)) {
        broken.push({
          line,
          rule: `"${target}" belongs to the composition root; take what you need as an argument`,
        });
      }
      continue;
    }
    if (targetFolder !== folder && allowed && !allowed.includes(targetFolder)) {
      const list = allowed.length === 0 ? 'no other folder' : `only ${allowed.join(', ')}`;
      broken.push({ line, rule: `${folder}/ must not import ${targetFolder}/ (it may import ${list})` });
    }
    const door = dirname(target);
    const inside = source.path.startsWith(`${door}/`);
    const closed = targetFolder !== folder || doors.has(door);
    if (!inside && closed && posix.basename(target) !== 'index.ts') {
      broken.push({ line, rule: `import ${door}/ through ${door}/index.ts, not "${from}"` });
    }
  }
  return broken;
}

function reservedPackages({ path, imports }: Source): Broken[] {
  const broken: Broken[] = [];
  for (const { from, line, types } of imports) {
    if (types && from.startsWith('node:')) continue;
    const name = from.startsWith('@') || from.startsWith('node:') ? from : (from.split('/')[0] ?? from);
    for (const { packages, places, why } of reserved) {
      if (packages.includes(name) && !places.some((place) => path.startsWith(place))) {
        broken.push({ line, rule: `"${from}" may not be imported here: ${why}` });
      }
    }
    if (isPure(path) && from.startsWith('node:')) {
      broken.push({ line, rule: `"${from}" may not be imported here: this code is pure` });
    }
  }
  return broken;
}

function isPure(path: string): boolean {
  return pure.some((place) => (place.endsWith('/') ? path.startsWith(place) : path === place));
}

function accessRules({ path, uses }: Source): Broken[] {
  return uses
    .filter(({ what }) =>
      what === 'process.env' ? path !== 'config.ts' : what === 'console' || isPure(path),
    )
    .map(({ what, line }) => ({
      line,
      rule:
        what === 'process.env'
          ? 'only config.ts reads the environment'
          : what === 'console'
            ? 'write to the log or to the terminal of main, not to the console'
            : `${what} may not be used here: this code is pure, so pass the value in`,
    }));
}

/** What reaches outside the program, by how it is written. */
const impure: Readonly<Record<string, readonly string[]>> = {
  process: ['env'],
  Date: ['now'],
  Math: ['random'],
  performance: ['now'],
  crypto: ['randomUUID', 'getRandomValues'],
};
const impureCalls = ['fetch', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'];

function read(path: string, text: string): Source {
  const { program, module, errors } = parseSync(path, text);
  const lineAt = (offset: number) => text.slice(0, offset).split('\n').length;
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`);
  const imports: Import[] = [
    ...module.staticImports.map((entry) => ({
      from: entry.moduleRequest.value,
      line: lineAt(entry.start),
      types: entry.entries.length > 0 && entry.entries.every(({ isType }) => isType),
    })),
    ...module.staticExports.flatMap((entry) =>
      entry.entries.flatMap(({ moduleRequest }) =>
        moduleRequest === null
          ? []
          : [{ from: moduleRequest.value, line: lineAt(entry.start), types: false }],
      ),
    ),
  ];
  const uses: { what: string; line: number }[] = [];
  new Visitor({
    ImportExpression({ source, start }) {
      if (source.type === 'Literal' && typeof source.value === 'string') {
        imports.push({ from: source.value, line: lineAt(start), types: false });
      }
    },
    MemberExpression({ object, property, start }) {
      if (object.type !== 'Identifier') return;
      const name =
        property.type === 'Identifier'
          ? property.name
          : property.type === 'Literal'
            ? String(property.value)
            : '';
      if (object.name === 'console') uses.push({ what: 'console', line: lineAt(start) });
      if (impure[object.name]?.includes(name))
        uses.push({ what: `${object.name}.${name}`, line: lineAt(start) });
    },
    NewExpression({ callee, arguments: given, start }) {
      if (callee.type === 'Identifier' && callee.name === 'Date' && given.length === 0) {
        uses.push({ what: 'the current time', line: lineAt(start) });
      }
    },
    CallExpression({ callee, start }) {
      if (callee.type === 'Identifier' && impureCalls.includes(callee.name)) {
        uses.push({ what: `${callee.name}()`, line: lineAt(start) });
      }
    },
  }).visit(program);
  return { path, imports: dedupe(imports), uses };
}

function dedupe(imports: readonly Import[]): Import[] {
  return [...new Map(imports.map((entry) => [`${entry.line} ${entry.from}`, entry])).values()];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const violations = await findViolations(fileURLToPath(new URL('..', import.meta.url)));
  for (const { file, line, rule } of violations) process.stderr.write(`${file}:${line}  ${rule}\n`);
  if (violations.length > 0)
    process.stderr.write(`\n${violations.length} imports or uses break the architecture.\n`);
  process.exitCode = violations.length > 0 ? 1 : 0;
}
