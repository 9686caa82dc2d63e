import { integrityFailed, integrityRestored } from '@entrepot/contracts';
import { Clock } from '@entrepot/kernel';
import { Outbox } from '@entrepot/platform-messaging';
import { Log, Metrics, type Counter } from '@entrepot/platform-telemetry';
import { Injectable } from '@nestjs/common';
import type { Content } from '../storage/content.repository.js';
import { PublishedBlobRepository } from '../storage/published-blob.repository.js';
import { IntegrityRepository } from './integrity.repository.js';
import type { Pace } from './pace.js';
import { ReadContent } from './read-content.js';
import { FILES_TOLD, RepairContent } from './repair-content.js';

/** Reads a content, stops its download at once when it is damaged, and repairs it where that can be done. */
@Injectable()
export class VerifyContent {
  private readonly failures: Counter;

  constructor(
    private readonly outbox: Outbox,
    private readonly read: ReadContent,
    private readonly repair: RepairContent,
    private readonly integrity: IntegrityRepository,
    private readonly published: PublishedBlobRepository,
    private readonly clock: Clock,
    private readonly log: Log,
    metrics: Metrics,
  ) {
    this.failures = metrics.meter('fragments').createCounter('fragments_integrity_failures', {
      description: 'Contents that were found damaged',
    });
  }

  /** @throws AppError OBJECT_STORE_UNAVAILABLE, FRAGMENTS_VERIFICATION_STOPPED: nothing is known then */
  async execute(content: Content, pace: Pace | null = null): Promise<void> {
    const damage = await this.read.execute(content, pace);
    if (damage === null) return this.noteIntact(content);
    if (await this.noteDamage(content, damage)) await this.repair.execute(content);
  }

  private async noteIntact(content: Content): Promise<void> {
    const { sha256 } = content;
    const noted = await this.outbox.transaction(async (tx) => {
      const result = await this.integrity.noteIntact(tx.manager, content);
      if (result !== 'changed') return result;
      const files = await this.published.filesOf(tx.manager, sha256, FILES_TOLD);
      const at = this.clock.now().toISOString();
      tx.publish(integrityRestored, { sha256, files, at, source: 'its own object' }, sha256);
      return result;
    });
    // Not after each of thousands that a scrub reads: downloads live on what is remembered.
    if (noted === 'changed') this.published.forget();
  }

  /** False when the content has another object by now. */
  private async noteDamage(content: Content, reason: string): Promise<boolean> {
    const { sha256, objectKey } = content;
    const noted = await this.outbox.transaction(async (tx) => {
      const result = await this.integrity.noteDamage(tx.manager, content, reason);
      if (result !== 'changed') return result;
      const files = await this.published.filesOf(tx.manager, sha256, FILES_TOLD);
      const at = this.clock.now().toISOString();
      tx.publish(integrityFailed, { sha256, files, at, reason }, sha256);
      return result;
    });
    if (noted === 'changed') {
      this.published.forget();
      this.failures.add(1);
      this.log.error({ sha256, objectKey, reason }, 'Stored bytes are damaged');
    }
    return noted !== 'outdated';
  }
}
