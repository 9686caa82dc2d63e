import type { DeviceId } from '@entrepot/kernel';
import { byteaArray, PreparedStatement, textArray, uuidArray } from '@entrepot/platform-database';
import type { EntityManager } from 'typeorm';
import { canonicalRow, digestOf, type StoredRow } from './canonical-section.js';
import type { InventoryDocument } from './inventory-work.js';

/** Journal entries kept per device; the oldest go first. */
const JOURNAL_LIMIT = 1_000;

/** Keeps the documents of devices as they were received. */
export async function writeDocuments(
  manager: EntityManager,
  devices: readonly { readonly deviceId: DeviceId; readonly document: InventoryDocument }[],
  at: Date,
): Promise<void> {
  if (devices.length === 0) return;
  await WRITE_DOCUMENTS.run(manager, [
    uuidArray(devices.map(({ deviceId }) => deviceId)),
    textArray(devices.map(({ document }) => document.encoding)),
    byteaArray(devices.map(({ document }) => document.body)),
    at,
  ]);
}

/** Makes the server's history equal to the agent's (OCS-PROTOCOL.md §4.6). */
export async function writeDownloadHistory(
  manager: EntityManager,
  deviceId: DeviceId,
  fileIds: readonly string[],
): Promise<void> {
  await WRITE_HISTORY.run(manager, [deviceId, fileIds]);
}

/**
 * Appends to the device's journal what is not in it yet: agents send entries again.
 * @returns how many were new
 */
export async function appendJournal(
  manager: EntityManager,
  deviceId: DeviceId,
  entries: readonly StoredRow[],
  at: Date,
): Promise<number> {
  const latest = entries.slice(-JOURNAL_LIMIT).map(canonicalRow);
  const added: unknown[] = await manager.query(
    `INSERT INTO journal_entry (device_id, digest, entry, received_at)
     SELECT $1::uuid, e.digest, e.entry, $4::timestamptz
     FROM unnest($2::bytea[], $3::jsonb[]) AS e (digest, entry)
     ON CONFLICT (device_id, digest) DO NOTHING RETURNING 1`,
    [deviceId, latest.map((text) => digestOf([text])), latest, at],
  );
  if (added.length > 0) {
    await manager.query(
      `DELETE FROM journal_entry WHERE id IN
         (SELECT id FROM journal_entry WHERE device_id = $1 ORDER BY id DESC OFFSET $2)`,
      [deviceId, JOURNAL_LIMIT],
    );
  }
  return added.length;
}

const WRITE_DOCUMENTS = new PreparedStatement(
  'write-documents',
  `INSERT INTO device_document (device_id, encoding, body, received_at)
   SELECT n.*, $4::timestamptz FROM unnest($1::uuid[], $2::text[], $3::bytea[]) AS n
   ON CONFLICT (device_id) DO UPDATE SET
     encoding = excluded.encoding, body = excluded.body, received_at = excluded.received_at`,
);

const WRITE_HISTORY = new PreparedStatement(
  'write-download-history',
  `INSERT INTO download_history (device_id, file_ids) VALUES ($1, $2)
   ON CONFLICT (device_id) DO UPDATE SET file_ids = excluded.file_ids`,
);
