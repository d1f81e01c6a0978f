import { idFromUuid } from '../ids.ts';
import type { SealedRow, SecretTable, UpkeepStore } from '../storage/index.ts';
import { type Keyring, UnreadableSecret } from '../webhooks/index.ts';
import type { Task } from './task.ts';

const everyMs = 3_600_000;
const batch = 500;
/** Secrets that no longer sign stay this long, for whoever looks into a delivery of that time. */
const afterlifeMs = 24 * 3_600_000;
const tables: readonly SecretTable[] = ['webhook_secrets', 'inboxes', 'participant_token_keys'];
/** What the secrets of a table belong to. */
const owners = { webhook_secrets: 'whk', inboxes: 'inb', participant_token_keys: 'ptk' } as const;

/** Brings every stored secret under the current encryption key, and erases those that no longer sign. */
export function secretsTask(parts: {
  readonly store: Pick<UpkeepStore, 'readSecretsNotUnder' | 'replaceSecret' | 'deleteSecretsExpiredBefore'>;
  readonly keyring: Pick<Keyring, 'currentKeyId' | 'reencrypt'>;
  /** A secret that cannot be read keeps its row; the operator must act. */
  readonly onUnreadable: (error: UnreadableSecret) => void;
}): Task {
  const { store, keyring, onUnreadable } = parts;

  async function reencryptTable(table: SecretTable): Promise<number> {
    let changed = 0;
    let after: string | null = null;
    for (;;) {
      const rows: readonly SealedRow[] = await store.readSecretsNotUnder(
        keyring.currentKeyId,
        table,
        after,
        batch,
      );
      for (const row of rows) if (await reencryptRow(row)) changed += 1;
      after = rows.at(-1)?.id ?? null;
      if (rows.length < batch) return changed;
    }
  }

  async function reencryptRow(row: SealedRow): Promise<boolean> {
    const owner = idFromUuid(owners[row.table], row.ownerId);
    try {
      const sealed = keyring.reencrypt({ ciphertext: row.ciphertext, keyId: row.keyId }, owner);
      return sealed !== null && (await store.replaceSecret(row, sealed));
    } catch (error) {
      if (!(error instanceof UnreadableSecret)) throw error;
      onUnreadable(error);
      return false;
    }
  }

  return {
    name: 'secrets',
    everyMs,
    async run(now) {
      const erased = await store.deleteSecretsExpiredBefore(new Date(now.getTime() - afterlifeMs));
      let changed = 0;
      for (const table of tables) changed += await reencryptTable(table);
      const did: string[] = [];
      if (erased > 0) did.push(`Erased ${erased} secrets that no longer sign`);
      if (changed > 0) did.push(`Re-encrypted ${changed} secrets under the key ${keyring.currentKeyId}`);
      return did.length === 0 ? null : did.join('. ');
    },
  };
}
