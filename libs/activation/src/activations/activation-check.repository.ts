import type { ActivationId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ActivationEntity } from './activation.entity.js';
import { SELECT_LIVE, type LiveActivation } from './activation.repository.js';
import type { LocationCheck } from './location-check.js';

/** What checks of activations found, and which are due. */
@Injectable()
export class ActivationCheckRepository {
  /** Keeps what a check found; each result has its own time. */
  async save(
    manager: EntityManager,
    activationId: ActivationId,
    checks: readonly LocationCheck[],
    checkedAt: Date,
  ): Promise<void> {
    await manager
      .getRepository(ActivationEntity)
      .update({ activationId }, { checks: [...checks], checkedAt });
  }

  /** Live activations of packages that are there, last checked before a time or never; the longest ago first. */
  due(manager: EntityManager, before: Date, limit: number): Promise<LiveActivation[]> {
    return manager.query(
      `${SELECT_LIVE} AND p.deleted_at IS NULL AND (a.checked_at IS NULL OR a.checked_at < $1)
       ORDER BY a.checked_at NULLS FIRST, a.activation_id LIMIT $2`,
      [before, limit],
    );
  }
}
