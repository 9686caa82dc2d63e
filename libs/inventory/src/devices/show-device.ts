import { AppError } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { INVENTORY_ERRORS } from '../errors.js';
import {
  SUMMARY_COLUMNS,
  toSummary,
  type DeviceDetails,
  type SectionSummary,
  type SummaryRow,
} from './device-view.js';

interface DetailsRow extends SummaryRow {
  readonly peerAddress: string;
  readonly checksum: string;
  readonly accountFields: Record<string, string>;
  readonly downloadHistory: string[] | null;
}

interface SectionRowOfDevice extends Omit<SectionSummary, 'updatedAt'> {
  readonly updatedAt: Date;
}

/** Answers all that is known of a device but the rows of its sections. */
@Injectable()
export class ShowDevice {
  constructor(private readonly database: DataSource) {}

  /** @throws AppError INVENTORY_DEVICE_NOT_FOUND */
  async execute(deviceId: string): Promise<DeviceDetails> {
    const [rows, sections] = await Promise.all([
      this.database.query<DetailsRow[]>(DETAILS, [deviceId]),
      this.database.query<SectionRowOfDevice[]>(SECTIONS_OF_DEVICE, [deviceId]),
    ]);
    const row = rows[0];
    if (row === undefined) throw deviceNotFound(deviceId);
    return {
      ...toSummary(row),
      peerAddress: row.peerAddress,
      checksum: Number(row.checksum),
      accountFields: row.accountFields,
      downloadHistory: row.downloadHistory ?? [],
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

const DETAILS = `
  SELECT ${SUMMARY_COLUMNS}, c.peer_address AS "peerAddress", c.checksum, d.account_fields AS "accountFields",
    h.file_ids AS "downloadHistory"
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
