import type { ResolveTargetsReply, ResolveTargetsRequest } from '@entrepot/contracts';
import { parseUuid, type DeviceId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** Tells which of the given devices exist, and are not archived, deleted or merged into others. */
@Injectable()
export class ResolveTargets {
  constructor(private readonly database: DataSource) {}

  async execute({ deviceIds }: ResolveTargetsRequest): Promise<ResolveTargetsReply> {
    const ids = [...new Set(deviceIds)].filter((id) => parseUuid(id) !== null);
    const devices: { deviceId: DeviceId; name: string }[] = await this.database.query(
      `SELECT id AS "deviceId", name FROM device
       WHERE id = ANY($1::uuid[]) AND state = 'active' ORDER BY name, id`,
      [ids],
    );
    const pace = {
      on: true,
      cycleLatency: 60,
      fragLatency: 10,
      periodLatency: 1,
      periodLength: 10,
      timeoutDays: 30,
    };
    return { devices: devices.map((device) => ({ ...device, operatingSystem: '', pace })), sets: [] };
  }
}
