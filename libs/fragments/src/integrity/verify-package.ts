import { packageVerified } from '@entrepot/contracts';
import { Clock } from '@entrepot/kernel';
import { Outbox } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ContentRepository } from '../storage/content.repository.js';
import { IntegrityRepository } from './integrity.repository.js';
import { Pace } from './pace.js';
import { VerifyContent } from './verify-content.js';

/** Leaves most of one processor, and of a disk, to downloads. */
const BYTES_PER_SECOND = 100_000_000;

/** Reads everything of a package and says whether it is right, after what could be repaired was. */
@Injectable()
export class VerifyPackage {
  constructor(
    private readonly database: DataSource,
    private readonly outbox: Outbox,
    private readonly contents: ContentRepository,
    private readonly integrity: IntegrityRepository,
    private readonly verify: VerifyContent,
    private readonly clock: Clock,
  ) {}

  /**
   * Does nothing for a package of which nothing is stored, and reads nothing that was found right since this was last
   * asked for: what is asked for again and again while it goes on is done twice, and what was interrupted goes on.
   * @throws AppError OBJECT_STORE_UNAVAILABLE, FRAGMENTS_VERIFICATION_STOPPED: to be done again
   */
  async execute(fileId: string): Promise<void> {
    const contents = await this.contents.ofPackage(this.database.manager, fileId);
    if (contents.length === 0) return;
    const pace = new Pace(BYTES_PER_SECOND);
    for (const content of contents) if (!content.isChecked) await this.verify.execute(content, pace);
    await this.outbox.transaction(async (tx) => {
      const damaged = await this.integrity.damagedFiles(tx.manager, fileId);
      const at = this.clock.now().toISOString();
      tx.publish(packageVerified, { fileId, intact: damaged.length === 0, damaged, at }, fileId);
    });
  }
}
