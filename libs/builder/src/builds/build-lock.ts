import { AppError, type PackageId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ERRORS } from '../errors.js';

/** Lets one process at a time build a package: a lock of Postgres that ends with the connection of its holder. */
@Injectable()
export class BuildLock {
  constructor(private readonly database: DataSource) {}

  /** @throws AppError BUILDER_BUILD_BUSY (unavailable: try again) when somebody else builds it */
  async hold(id: PackageId, work: () => Promise<void>): Promise<void> {
    const name = `builder.build.${id}`;
    const runner = this.database.createQueryRunner();
    try {
      const [row] = (await runner.query('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked', [
        name,
      ])) as {
        locked: boolean;
      }[];
      if (row?.locked !== true)
        throw new AppError(ERRORS.BUILDER_BUILD_BUSY, `Package ${id} is being built.`);
      try {
        await work();
      } finally {
        await runner.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name]);
      }
    } finally {
      await runner.release();
    }
  }
}
