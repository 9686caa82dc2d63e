import type { DeviceId } from '@entrepot/kernel';
import { PreparedStatement } from '@entrepot/platform-database';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** A device and what inventory calls it. */
export interface NamedDevice {
  readonly deviceId: DeviceId;
  readonly name: string;
}

// What is known is left out before the insert: a conflict would lock the row, which is a write that has to reach the disk.
const KEEP = new PreparedStatement(
  'keep-devices',
  `INSERT INTO device (device_id, name, named_at)
   SELECT given.device_id, given.name, $3 FROM unnest($1::uuid[], $2::text[]) AS given (device_id, name)
   WHERE NOT EXISTS (SELECT 1 FROM device d WHERE d.device_id = given.device_id AND d.name = given.name)
   ON CONFLICT (device_id) DO UPDATE SET name = excluded.name, named_at = excluded.named_at
   WHERE device.named_at <= excluded.named_at`,
);

const RENAME = new PreparedStatement(
  'rename-device',
  `INSERT INTO device (device_id, name, named_at) VALUES ($1, $2, $3)
   ON CONFLICT (device_id) DO UPDATE SET name = excluded.name, named_at = excluded.named_at
   WHERE device.named_at <= excluded.named_at`,
);

@Injectable()
export class DeviceRepository {
  /** Keeps the newest name of each device; each device once. Writes no row when the names are known. */
  async keep(manager: EntityManager, devices: readonly NamedDevice[], at: Date): Promise<void> {
    const sorted = [...devices].sort((a, b) => (a.deviceId < b.deviceId ? -1 : 1));
    await KEEP.run(manager, [
      sorted.map((device) => device.deviceId),
      sorted.map((device) => device.name),
      at,
    ]);
  }

  /** Keeps a name that may be new, with its time: an older one that comes late does not overwrite it. */
  async rename(manager: EntityManager, { deviceId, name }: NamedDevice, at: Date): Promise<void> {
    await RENAME.run(manager, [deviceId, name, at]);
  }
}
