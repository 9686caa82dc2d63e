import { changeRecorded } from '@entrepot/contracts';
import { AppError, Clock } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox, type Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { ERRORS } from '../errors.js';
import { DownloadLimitRepository, type DownloadLimit } from './download-limit.repository.js';
import type { DownloadLimitBody, DownloadLimitView } from './download-limit.schemas.js';
import { LimitsInForce } from './limits-in-force.js';
import { limitNotFound, toView } from './show-download-limits.js';

/** Changes the limits of networks: in force here at once, and in other replicas within seconds. */
@Injectable()
export class ChangeDownloadLimits {
  constructor(
    private readonly outbox: Outbox,
    private readonly limits: DownloadLimitRepository,
    private readonly inForce: LimitsInForce,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError FRAGMENTS_LIMIT_NETWORK_TAKEN */
  create(principal: Principal, body: DownloadLimitBody): Promise<DownloadLimitView> {
    return this.change(async (tx) => {
      const limit = await this.limits.insert(tx.manager, uuidv7(), body, this.clock.now());
      if (limit === null) throw networkTaken(body.network);
      record(tx, principal, 'create', limit);
      return toView(limit);
    });
  }

  /** @throws AppError FRAGMENTS_LIMIT_NOT_FOUND, FRAGMENTS_LIMIT_NETWORK_TAKEN */
  update(principal: Principal, id: string, body: DownloadLimitBody): Promise<DownloadLimitView> {
    return this.change(async (tx) => {
      if ((await this.limits.one(tx.manager, id)) === null) throw limitNotFound(id);
      const limit = await this.limits.update(tx.manager, id, body);
      if (limit === null) throw networkTaken(body.network);
      record(tx, principal, 'update', limit);
      return toView(limit);
    });
  }

  /** @throws AppError FRAGMENTS_LIMIT_NOT_FOUND */
  async delete(principal: Principal, id: string): Promise<void> {
    await this.change(async (tx) => {
      const limit = await this.limits.one(tx.manager, id);
      if (limit === null) throw limitNotFound(id);
      await this.limits.delete(tx.manager, id);
      record(tx, principal, 'delete', limit);
    });
  }

  /** One change at a time: there are few. */
  private async change<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    const result = await this.outbox.transaction(async (tx) => {
      await tx.manager.query('LOCK TABLE download_limit IN SHARE ROW EXCLUSIVE MODE');
      return work(tx);
    });
    await this.inForce.refresh();
    return result;
  }
}

function networkTaken(network: string): AppError {
  return new AppError(ERRORS.FRAGMENTS_LIMIT_NETWORK_TAKEN, `The network ${network} has a limit already.`, {
    field: 'network',
  });
}

function record(
  tx: Transaction,
  principal: Principal,
  action: 'create' | 'update' | 'delete',
  { id, network, maxParallel, bytesPerSecond }: DownloadLimit,
): void {
  const detail = { network, maxParallel, bytesPerSecond };
  tx.publish(
    changeRecorded,
    auditChange(principal, 'fragments', `download-limit.${action}`, 'download-limit', id, detail),
    id,
  );
}
