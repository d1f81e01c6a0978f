import type { Uuid } from '../ids.ts';
import type { Database, Queryable } from './database.ts';

/** A part of a file that was received: whole records. */
export interface ImportChunkRow {
  readonly firstLine: number;
  readonly content: Buffer;
  /** Records that were left out because they are too long. */
  readonly overlong: readonly {
    readonly line: number;
    readonly lastLine: number;
    readonly quoted: boolean;
    readonly excerpt: string;
  }[];
}

/** What imports received and have not worked off yet, by the job that will. */
export interface ImportChunksStore {
  insert(jobId: Uuid, number: number, chunk: ImportChunkRow): Promise<void>;
  /** Null: there is none. */
  read(jobId: Uuid, number: number): Promise<ImportChunkRow | null>;
  /** In the transaction of the work that it was for. */
  delete(transaction: Queryable, jobId: Uuid, number: number): Promise<void>;
  /** The chunk, which stays; those before it are deleted. Null: there is none. */
  readAndForgetBefore(jobId: Uuid, number: number): Promise<ImportChunkRow | null>;
  deleteAll(jobId: Uuid): Promise<void>;
  /** Deletes what nobody will work off: its job has ended, or it is older than this and has none. Returns how many. */
  deleteLeftBefore(before: Uuid): Promise<number>;
}

interface Row {
  readonly first_line: string;
  readonly content: Buffer;
  readonly overlong: ImportChunkRow['overlong'];
}

export function createImportChunksStore({ pool }: Pick<Database, 'pool'>): ImportChunksStore {
  return {
    async insert(jobId, number, { firstLine, content, overlong }) {
      await pool.query({
        name: 'import_chunk_insert',
        text: `insert into import_chunks (job_id, number, first_line, content, overlong) values ($1, $2, $3, $4, $5)`,
        values: [jobId, number, firstLine, content, JSON.stringify(overlong)],
      });
    },

    async read(jobId, number) {
      const { rows } = await pool.query<Row>({
        name: 'import_chunk_read',
        text: `select first_line, content, overlong from import_chunks where job_id = $1 and number = $2`,
        values: [jobId, number],
      });
      return chunkFrom(rows[0]);
    },

    async delete(transaction, jobId, number) {
      await transaction.query({
        name: 'import_chunk_delete',
        text: `delete from import_chunks where job_id = $1 and number = $2`,
        values: [jobId, number],
      });
    },

    async readAndForgetBefore(jobId, number) {
      const { rows } = await pool.query<Row>({
        name: 'import_chunk_read_and_forget',
        text: `with worked_off as (delete from import_chunks where job_id = $1 and number < $2)
               select first_line, content, overlong from import_chunks where job_id = $1 and number = $2`,
        values: [jobId, number],
      });
      return chunkFrom(rows[0]);
    },

    async deleteAll(jobId) {
      await pool.query('delete from import_chunks where job_id = $1', [jobId]);
    },

    async deleteLeftBefore(before) {
      const { rowCount } = await pool.query(
        `delete from import_chunks c
          where exists (select from jobs j where j.id = c.job_id and j.finished_at is not null)
             or (c.job_id < $1 and not exists (select from jobs j where j.id = c.job_id))`,
        [before],
      );
      return rowCount ?? 0;
    },
  };
}

function chunkFrom(row: Row | undefined): ImportChunkRow | null {
  return row === undefined
    ? null
    : { firstLine: Number(row.first_line), content: row.content, overlong: row.overlong };
}
