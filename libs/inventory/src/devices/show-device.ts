import { AppError } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AccountFieldStore } from '../account-fields/account-field-store.js';
import type { AccountFields } from '../account-fields/account-field.js';
import { shownFields } from '../account-fields/read-field-values.js';
import { INVENTORY_ERRORS } from '../errors.js';
import type { StoredRow } from '../inventories/canonical-section.js';
import { highlightsOf } from './device-highlights.js';
import {
  SUMMARY_COLUMNS,
  toSummary,
  type DeviceDetails,
  type SectionSummary,
  type SummaryRow,
} from './device-view.js';

interface DetailsRow extends SummaryRow {
  readonly state: DeviceDetails['state'];
  readonly stateChangedAt: Date;
  readonly mergedInto: string | null;
  readonly peerAddress: string;
  readonly checksum: string;
  readonly accountFields: AccountFields;
  readonly downloadHistory: string[] | null;
  readonly hardware: StoredRow | null;
  readonly bios: StoredRow | null;
  readonly groups: number;
  readonly openDuplicates: number;
}

interface SectionRowOfDevice extends Omit<SectionSummary, 'updatedAt'> {
  readonly updatedAt: Date;
}

/** Answers all that is known of a device but the rows of its sections; of one in whatever state. */
@Injectable()
export class ShowDevice {
  constructor(
    private readonly database: DataSource,
    private readonly fields: AccountFieldStore,
  ) {}

  /** @throws AppError INVENTORY_DEVICE_NOT_FOUND */
  async execute(deviceId: string): Promise<DeviceDetails> {
    const [rows, sections, definitions] = await Promise.all([
      this.database.query<DetailsRow[]>(DETAILS, [deviceId]),
      this.database.query<SectionRowOfDevice[]>(SECTIONS_OF_DEVICE, [deviceId]),
      this.fields.current(),
    ]);
    const row = rows[0];
    if (row === undefined) throw deviceNotFound(deviceId);
    return {
      ...toSummary(row),
      state: row.state,
      stateChangedAt: row.stateChangedAt.toISOString(),
      mergedInto: row.mergedInto,
      peerAddress: row.peerAddress,
      checksum: Number(row.checksum),
      accountFields: shownFields(definitions, row.accountFields),
      downloadHistory: row.downloadHistory ?? [],
      highlights: highlightsOf(row.hardware, row.bios),
      groups: row.groups,
      openDuplicates: row.openDuplicates,
      sections: sections.map((section) => ({ ...section, updatedAt: section.updatedAt.toISOString() })),
    };
  }
}

/** What is thrown when a device is asked for that does not exist. */
export function deviceNotFound(deviceId: string): AppError {
  return new AppError(INVENTORY_ERRORS.INVENTORY_DEVICE_NOT_FOUND, 'There is no device of that id.', {
    deviceId,
  });
}

/** For lists that are empty: of nobody, or of a device that has nothing. @throws AppError INVENTORY_DEVICE_NOT_FOUND */
export async function assertDeviceExists(database: DataSource, deviceId: string): Promise<void> {
  const rows: unknown[] = await database.query('SELECT 1 FROM device WHERE id = $1', [deviceId]);
  if (rows.length === 0) throw deviceNotFound(deviceId);
}

const DETAILS = `
  SELECT ${SUMMARY_COLUMNS}, d.state, d.state_changed_at AS "stateChangedAt", d.merged_into AS "mergedInto",
    c.peer_address AS "peerAddress", c.checksum, d.account_fields AS "accountFields",
    h.file_ids AS "downloadHistory",
    (SELECT s.rows -> 0 FROM section s WHERE s.device_id = d.id AND s.name = 'HARDWARE') AS hardware,
    (SELECT s.rows -> 0 FROM section s WHERE s.device_id = d.id AND s.name = 'BIOS') AS bios,
    (SELECT count(*)::int FROM group_member m WHERE m.device_id = d.id AND m.origin <> 'excluded') AS groups,
    (SELECT count(*)::int FROM duplicate_pair p
       WHERE p.state = 'open' AND d.id IN (p.older_id, p.newer_id)) AS "openDuplicates"
  FROM device d JOIN device_contact c ON c.device_id = d.id
  LEFT JOIN download_history h ON h.device_id = d.id
  WHERE d.id = $1`;

const SECTIONS_OF_DEVICE = `
  SELECT name, row_count AS rows, encode(digest, 'hex') AS digest, updated_at AS "updatedAt"
  FROM section WHERE device_id = $1
  UNION ALL
  SELECT 'SOFTWARES', cardinality(software_ids), encode(digest, 'hex'), updated_at
  FROM device_software WHERE device_id = $1
  UNION ALL
  SELECT 'JOURNALLOG', count(*)::int, NULL, max(received_at)
  FROM journal_entry WHERE device_id = $1 HAVING count(*) > 0
  ORDER BY 1`;
