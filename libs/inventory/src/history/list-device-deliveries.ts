import type { Page, PageQuery } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { assertDeviceExists } from '../devices/show-device.js';
import { MOMENT, timePage, timePosition } from './time-page.js';

/** What became of a package on the device, as activation last told it. */
export const deviceDeliveryView = z.object({
  assignmentId: z.uuid(),
  packageId: z.uuid(),
  fileId: z.string(),
  /** Null for a package of which only the number is known. */
  packageName: z.string().nullable(),
  packageVersion: z.int().nullable(),
  attempt: z.int(),
  state: z.string(),
  /** The agent's word, such as SUCCESS; null while there is none. */
  code: z.string().nullable(),
  at: z.iso.datetime(),
});

export type DeviceDeliveryView = z.output<typeof deviceDeliveryView>;

interface DeliveryRow extends Omit<DeviceDeliveryView, 'at'> {
  readonly at: Date;
  readonly moment: string;
  readonly tie: string;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Lists the packages that a device was given, the latest change first. */
@Injectable()
export class ListDeviceDeliveries {
  constructor(private readonly database: DataSource) {}

  /** @throws AppError INVENTORY_DEVICE_NOT_FOUND, HTTP_CURSOR_INVALID */
  async execute(deviceId: string, query: PageQuery): Promise<Page<DeviceDeliveryView>> {
    const { moment, tie } = timePosition(query, UUID);
    const [rows, counted] = await Promise.all([
      this.database.query<DeliveryRow[]>(PAGE, [deviceId, moment, tie, query.limit + 1]),
      this.database.query<{ total: number }[]>(COUNT, [deviceId]),
    ]);
    const total = counted[0]?.total ?? 0;
    if (total === 0) await assertDeviceExists(this.database, deviceId);
    return timePage(rows, query.limit, total, toView);
  }
}

function toView(row: DeliveryRow): DeviceDeliveryView {
  const { assignmentId, packageId, fileId, packageName, packageVersion, attempt, state, code, at } = row;
  const of = { assignmentId, packageId, fileId, packageName, packageVersion };
  return { ...of, attempt, state, code, at: at.toISOString() };
}

const PAGE = `
  SELECT y.assignment_id AS "assignmentId", y.package_id AS "packageId", y.file_id AS "fileId",
    n.name AS "packageName", n.version AS "packageVersion", y.attempt, y.state, y.code,
    y.changed_at AS at, ${MOMENT('y.changed_at')} AS moment, y.assignment_id::text AS tie
  FROM device_delivery y LEFT JOIN package_name n ON n.file_id = y.file_id
  WHERE device_id = $1 AND ($2::timestamptz IS NULL OR (changed_at, assignment_id) < ($2, $3::uuid))
  ORDER BY changed_at DESC, assignment_id DESC LIMIT $4`;

const COUNT = 'SELECT count(*)::int AS total FROM device_delivery WHERE device_id = $1';
