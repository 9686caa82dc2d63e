import { changeRecorded } from '@entrepot/contracts';
import { Clock } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { z } from 'zod';
import { pairDecided, pairNotFound } from './duplicate-errors.js';
import {
  PAIR_COLUMNS,
  pairView,
  toPairViews,
  type MergeView,
  type PairView,
  type StoredPair,
} from './duplicate-views.js';
import { MergeManually } from './merge-manually.js';
import { mergePreview, PreviewMerge } from './preview-merge.js';

/** A pair with what merging it would do; null when that is no question any more. */
export const pairDetails = pairView.extend({ preview: mergePreview.nullable() });

export type PairDetails = z.output<typeof pairDetails>;

/** Shows a pair of devices that may be one machine, and does what somebody decides about it. */
@Injectable()
export class DecideDuplicate {
  constructor(
    private readonly database: DataSource,
    private readonly outbox: Outbox,
    private readonly merging: MergeManually,
    private readonly preview: PreviewMerge,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError INVENTORY_DUPLICATE_NOT_FOUND */
  async show(pairId: string): Promise<PairDetails> {
    const pair = await readPair(this.database.manager, pairId);
    const [view] = await toPairViews(this.database, [pair]);
    if (view === undefined) throw pairNotFound(pairId);
    const standing = [view.older, view.newer].every(
      ({ state }) => state === 'active' || state === 'archived',
    );
    const deviceIds = [pair.olderId, pair.newerId] as [typeof pair.olderId, typeof pair.newerId];
    return { ...view, preview: standing ? await this.preview.execute({ deviceIds }) : null };
  }

  /** @throws AppError INVENTORY_DUPLICATE_NOT_FOUND, INVENTORY_DUPLICATE_DECIDED, and as `MergeManually` */
  async merge(principal: Principal, pairId: string): Promise<MergeView> {
    const { olderId, newerId, state } = await readPair(this.database.manager, pairId);
    if (state !== 'open') throw pairDecided(pairId, state);
    return this.merging.execute(principal, { deviceIds: [olderId, newerId] });
  }

  /**
   * The two are two machines, and are never merged by themselves.
   * @throws AppError INVENTORY_DUPLICATE_NOT_FOUND, INVENTORY_DUPLICATE_DECIDED
   */
  async dismiss(principal: Principal, pairId: string): Promise<PairView> {
    return this.outbox.transaction(async (tx) => {
      const pair = await readPair(tx.manager, pairId, 'FOR NO KEY UPDATE');
      if (pair.state !== 'open') throw pairDecided(pairId, pair.state);
      const decided = { state: 'dismissed' as const, decidedAt: this.clock.now(), decidedBy: principal.name };
      await tx.manager.query(
        'UPDATE duplicate_pair SET state = $2, decided_at = $3, decided_by = $4 WHERE id = $1',
        [pairId, decided.state, decided.decidedAt, decided.decidedBy],
      );
      const detail = { olderId: pair.olderId, newerId: pair.newerId };
      tx.publish(
        changeRecorded,
        auditChange(principal, 'inventory', 'duplicate.dismiss', 'duplicate', pairId, detail),
        pairId,
      );
      const [view] = await toPairViews(tx.manager, [{ ...pair, ...decided }]);
      if (view === undefined) throw pairNotFound(pairId);
      return view;
    });
  }
}

async function readPair(manager: EntityManager, pairId: string, lock = ''): Promise<StoredPair> {
  const rows: StoredPair[] = await manager.query(
    `SELECT ${PAIR_COLUMNS} FROM duplicate_pair p WHERE p.id = $1 ${lock}`,
    [pairId],
  );
  const [pair] = rows;
  if (pair === undefined) throw pairNotFound(pairId);
  return pair;
}
