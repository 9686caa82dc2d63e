import { decodeCursor, encodeCursor, type Page, type PageQuery } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { assertDeviceExists } from '../devices/show-device.js';

/** A package that a device has, by the word of its agent or by what became of a delivery. */
export const installedPackage = z.object({
  /** What agents know it by. */
  fileId: z.string(),
  /** Null for a number that no package of this installation has, such as one of the server before this one. */
  package: z
    .object({
      id: z.uuid(),
      name: z.string(),
      version: z.int(),
      /** When it was deleted here; devices keep it. */
      deletedAt: z.iso.datetime().nullable(),
    })
    .nullable(),
  /** Whether the agent's history has it, so that it is not offered again unless forced (OCS-PROTOCOL.md §4.6). */
  inHistory: z.boolean(),
  /** The newest delivery of it to this device; null when it came from elsewhere. */
  delivery: z
    .object({
      assignmentId: z.uuid(),
      attempt: z.int(),
      state: z.string(),
      code: z.string().nullable(),
      at: z.iso.datetime(),
    })
    .nullable(),
});

export type InstalledPackage = z.output<typeof installedPackage>;

interface InstalledRow {
  readonly fileId: string;
  readonly packageId: string | null;
  readonly name: string;
  readonly version: number;
  readonly deletedAt: Date | null;
  readonly inHistory: boolean;
  readonly assignmentId: string | null;
  readonly attempt: number;
  readonly state: string;
  readonly code: string | null;
  readonly at: Date;
  readonly total: number;
}

// A cursor may be forged, and PostgreSQL refuses a text with NUL.
const position = z.tuple([z.string().refine((fileId) => !fileId.includes('\0'))]);

/**
 * Lists the packages that a device has: those that its agent says it has, which is the authority, and those that were
 * delivered with success, since Windows agents leave out some (OCS-PROTOCOL.md §4.5). The newest file ids come first.
 */
@Injectable()
export class ListInstalledPackages {
  constructor(private readonly database: DataSource) {}

  /** @throws AppError INVENTORY_DEVICE_NOT_FOUND, HTTP_CURSOR_INVALID */
  async execute(deviceId: string, { limit, cursor }: PageQuery): Promise<Page<InstalledPackage>> {
    const [before] = cursor === undefined ? [null] : decodeCursor(cursor, position);
    const rows: InstalledRow[] = await this.database.query(PAGE, [deviceId, before, limit + 1]);
    if (rows.length === 0) await assertDeviceExists(this.database, deviceId);
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      items: shown.map(toInstalled),
      total: rows[0]?.total ?? 0,
      next: last !== undefined && rows.length > limit ? encodeCursor([last.fileId]) : null,
    };
  }
}

function toInstalled(row: InstalledRow): InstalledPackage {
  const { fileId, packageId, name, version, deletedAt, inHistory } = row;
  const { assignmentId, attempt, state, code, at } = row;
  return {
    fileId,
    package:
      packageId === null
        ? null
        : { id: packageId, name, version, deletedAt: deletedAt?.toISOString() ?? null },
    inHistory,
    delivery: assignmentId === null ? null : { assignmentId, attempt, state, code, at: at.toISOString() },
  };
}

const PAGE = `
  WITH history AS (
    SELECT DISTINCT unnest(file_ids) AS file_id FROM download_history WHERE device_id = $1
  ), newest AS (
    SELECT DISTINCT ON (file_id) * FROM device_delivery WHERE device_id = $1
    ORDER BY file_id, changed_at DESC, assignment_id DESC
  ), installed AS (
    SELECT file_id FROM history
    UNION SELECT file_id FROM device_delivery WHERE device_id = $1 AND state = 'succeeded'
  )
  SELECT i.file_id AS "fileId", n.package_id AS "packageId", n.name, n.version, n.deleted_at AS "deletedAt",
    h.file_id IS NOT NULL AS "inHistory", y.assignment_id AS "assignmentId", y.attempt, y.state, y.code,
    y.changed_at AS at, (SELECT count(*) FROM installed)::int AS total
  FROM installed i LEFT JOIN history h ON h.file_id = i.file_id
  LEFT JOIN newest y ON y.file_id = i.file_id LEFT JOIN package_name n ON n.file_id = i.file_id
  WHERE $2::text IS NULL OR i.file_id COLLATE "C" < $2
  ORDER BY i.file_id COLLATE "C" DESC LIMIT $3`;
