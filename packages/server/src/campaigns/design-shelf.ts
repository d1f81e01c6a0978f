import { type CampaignId, type Id, newId, type OrganizationId, parseId, type Uuid, uuidOf } from '../ids.ts';
import { type Fault, notFound, Problem } from '../problems.ts';
import {
  afterRequestTransaction,
  createCampaignDesignStore,
  type Database,
  type DesignRows,
  type DesignTable,
  type DesignWriter,
} from '../storage/index.ts';
import type { CampaignRulesSource } from './design.ts';

/** Of settings: what is left out stays as it is. */
export type Change<Input> = { readonly [K in keyof Input]?: Input[K] | undefined };

/** One kind of thing in a campaign's design. Unknown campaigns and things throw `not_found`. */
export interface Shelf<Entity extends { readonly id: string }, Input> {
  /** In the order of their positions. */
  list(organization: OrganizationId, campaign: CampaignId): Promise<readonly Entity[]>;
  get(organization: OrganizationId, campaign: CampaignId, id: Entity['id']): Promise<Entity>;
  /** Throws `invalid_campaign` with every fault, `conflict` when there are too many. */
  create(organization: OrganizationId, campaign: CampaignId, input: Input): Promise<Entity>;
  /** Counts for actions from the answer on. Throws `invalid_campaign` with every fault. */
  update(
    organization: OrganizationId,
    campaign: CampaignId,
    id: Entity['id'],
    change: Change<Input>,
  ): Promise<Entity>;
  /** Throws `conflict` with the reason while something needs it. */
  delete(organization: OrganizationId, campaign: CampaignId, id: Entity['id']): Promise<void>;
}

/** What a shelf must know of its kind of thing. */
export interface Kind<
  Prefix extends 'grp' | 'qst' | 'tsk' | 'rwd',
  Row extends { readonly id: Uuid },
  Entity,
  Input,
> {
  readonly prefix: Prefix;
  readonly table: DesignTable;
  /** Per campaign: all of them are kept in memory and looked through at every change. */
  readonly limit: number;
  /** `row` is null for a new thing, `place` the position after the last one. */
  row(base: { id: Uuid; createdAt: Date; place: number }, saved: Row | null, input: Change<Input>): Row;
  faults(row: Row, saved: Row | null, design: DesignRows, input: Change<Input>): readonly Fault[];
  put(writer: DesignWriter, row: Row, input: Change<Input>): Promise<void>;
  /** Why it cannot be deleted; null: it can. */
  use(row: Row, design: DesignRows, writer: DesignWriter): Promise<string | null>;
  entity(row: Row, design: DesignRows): Entity;
}

export interface EditorParts {
  readonly database: Database;
  readonly rules: Pick<CampaignRulesSource, 'forgetCampaign'>;
  /** Formats that carry `payout.requested`. */
  readonly paymentFormats: readonly string[];
  readonly clock: { now(): number };
}

/** Reads and changes one kind of thing, each change judged against the whole campaign. */
export function shelf<
  Prefix extends 'grp' | 'qst' | 'tsk' | 'rwd',
  Row extends { readonly id: Uuid; readonly created_at: Date; readonly position?: number },
  Entity extends { readonly id: Id<Prefix> },
  Input,
>(
  { database, rules, clock }: EditorParts,
  kind: Kind<Prefix, Row, Entity, Input>,
  rowsOf: (design: DesignRows) => readonly Row[],
): Shelf<Entity, Input> {
  const store = createCampaignDesignStore(database);

  async function read(organization: OrganizationId, campaign: CampaignId): Promise<DesignRows> {
    const design = await store.loadOwn(uuidOf(organization), uuidOf(campaign));
    if (design === null) throw notFound();
    return design;
  }

  function find(design: DesignRows, id: Id<Prefix>): Row {
    const uuid = uuidOf(id);
    const row = rowsOf(design).find((one) => one.id === uuid);
    if (row === undefined) throw notFound();
    return row;
  }

  async function change<T>(
    organization: OrganizationId,
    campaign: CampaignId,
    work: (design: DesignRows, writer: DesignWriter) => Promise<T>,
  ): Promise<T> {
    const result = await store.change(uuidOf(organization), uuidOf(campaign), async (design, writer) => ({
      value: await work(design, writer),
    }));
    if (result === null) throw notFound();
    await afterRequestTransaction(() => rules.forgetCampaign(campaign));
    return result.value;
  }

  async function put(
    {
      design,
      writer,
      saved,
      input,
    }: {
      design: DesignRows;
      writer: DesignWriter;
      saved: Row | null;
      input: Change<Input>;
    },
    row: Row,
  ): Promise<Entity> {
    const faults = kind.faults(row, saved, design, input);
    if (faults.length > 0) {
      throw new Problem(
        'invalid_campaign',
        'The settings do not fit the campaign. Each fault is listed under errors.',
        { faults },
      );
    }
    await kind.put(writer, row, input);
    return kind.entity(row, design);
  }

  return {
    async list(organization, campaign) {
      const design = await read(organization, campaign);
      return rowsOf(design).map((row) => kind.entity(row, design));
    },

    async get(organization, campaign, id) {
      const design = await read(organization, campaign);
      return kind.entity(find(design, id), design);
    },

    create: (organization, campaign, input) =>
      change(organization, campaign, async (design, writer) => {
        const rows = rowsOf(design);
        if (rows.length >= kind.limit) {
          throw new Problem(
            'conflict',
            `This campaign has ${rows.length} ${kind.table}, as many as a campaign can have. Delete one first, or make another campaign.`,
          );
        }
        const place = 1 + Math.max(-1, ...rows.map((row) => row.position ?? 0));
        const base = { id: uuidOf(newId(kind.prefix)), createdAt: new Date(clock.now()), place };
        return put({ design, writer, saved: null, input }, kind.row(base, null, input));
      }),

    update: (organization, campaign, id, input) =>
      change(organization, campaign, async (design, writer) => {
        const saved = find(design, id);
        const base = { id: saved.id, createdAt: saved.created_at, place: saved.position ?? 0 };
        return put({ design, writer, saved, input }, kind.row(base, saved, input));
      }),

    delete: (organization, campaign, id) =>
      change(organization, campaign, async (design, writer) => {
        const row = find(design, id);
        const use = await kind.use(row, design, writer);
        if (use !== null) throw new Problem('conflict', use);
        await writer.delete(kind.table, row.id);
      }),
  };
}

/** A malformed id stays what it is: nothing has it. */
export function uuidIn(prefix: 'grp' | 'qst' | 'tsk' | 'rwd', text: string): string {
  const id = parseId(prefix, text);
  return id === null ? text : uuidOf(id);
}

/** How many, and which: `2 tasks ("Follow us", "Join")`. */
export function counted(things: readonly { readonly name: string }[], one: string, many: string): string {
  const names = things.slice(0, 3).map(({ name }) => `"${name}"`);
  const shown = things.length > names.length ? [...names, '…'] : names;
  return `${things.length} ${things.length === 1 ? one : many} (${shown.join(', ')})`;
}
