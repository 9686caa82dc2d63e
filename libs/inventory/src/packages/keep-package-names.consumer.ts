import { packageBuilt, packageDeleted, type EventOf } from '@entrepot/contracts';
import { Consumes } from '@entrepot/platform-messaging';
import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { DataSource } from 'typeorm';

/** Keeps what packages are called, for ever. Told twice or out of order, the events end in the same row: no inbox. */
@Controller()
export class KeepPackageNamesConsumer {
  constructor(private readonly database: DataSource) {}

  @Consumes(packageBuilt, 'inventory.keep-package-name')
  async built(@Payload() { fileId, packageId, name, version }: EventOf<typeof packageBuilt>): Promise<void> {
    await this.database.query(KEEP, [fileId, packageId, name, version, null]);
  }

  @Consumes(packageDeleted, 'inventory.keep-deleted-package-name')
  async deleted(@Payload() event: EventOf<typeof packageDeleted>): Promise<void> {
    const { fileId, packageId, name, version, at } = event;
    await this.database.query(KEEP, [fileId, packageId, name, version, at]);
  }
}

const KEEP = `
  INSERT INTO package_name AS known (file_id, package_id, name, version, deleted_at) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (file_id) DO UPDATE SET package_id = excluded.package_id, name = excluded.name,
    version = excluded.version, deleted_at = coalesce(known.deleted_at, excluded.deleted_at)`;
