import type {
  InventoryRpc,
  ResolveTargetsReply,
  ResolveTargetsRequest,
  TargetMessage,
} from '@entrepot/contracts';
import { parseUuid } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** Tells other contexts which of the devices they were given exist, and are not archived, deleted or merged into others. */
@Injectable()
export class ResolveTargets implements InventoryRpc {
  constructor(private readonly database: DataSource) {}

  async resolveTargets({ deviceIds }: ResolveTargetsRequest): Promise<ResolveTargetsReply> {
    const ids = [...new Set(deviceIds)].filter((id) => parseUuid(id) !== null);
    const devices: TargetMessage[] = await this.database.query(
      `SELECT id AS "deviceId", name FROM device
       WHERE id = ANY($1::uuid[]) AND state = 'active' ORDER BY name, id`,
      [ids],
    );
    return { devices };
  }
}
