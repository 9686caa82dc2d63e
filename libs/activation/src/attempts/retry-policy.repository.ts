import type { PackageId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { RetryPolicy } from './retry-policy.js';

/** A policy and since when it is as it is. */
export interface KeptRetryPolicy {
  readonly policy: RetryPolicy;
  readonly changedAt: Date;
}

@Injectable()
export class RetryPolicyRepository {
  async find(manager: EntityManager, packageId: PackageId): Promise<KeptRetryPolicy | null> {
    const rows: KeptRetryPolicy[] = await manager.query(
      'SELECT policy, changed_at AS "changedAt" FROM retry_policy WHERE package_id = $1',
      [packageId],
    );
    return rows[0] ?? null;
  }

  async keep(manager: EntityManager, packageId: PackageId, policy: RetryPolicy, at: Date): Promise<void> {
    await manager.query(
      `INSERT INTO retry_policy (package_id, policy, changed_at) VALUES ($1, $2, $3)
       ON CONFLICT (package_id) DO UPDATE SET policy = excluded.policy, changed_at = excluded.changed_at`,
      [packageId, JSON.stringify(policy), at],
    );
  }

  /** @returns whether there was one */
  async remove(manager: EntityManager, packageId: PackageId): Promise<boolean> {
    const [, removed]: [unknown[], number] = await manager.query(
      'DELETE FROM retry_policy WHERE package_id = $1',
      [packageId],
    );
    return removed > 0;
  }
}
