import type { EventOf, filesServed } from '@entrepot/contracts';
import type { Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { ProgressRepository } from './progress.repository.js';

/** Keeps who fetched which info file and which fragments, for the stages of deliveries (delivery-stage.ts). */
@Injectable()
export class RecordAccesses {
  constructor(private readonly progress: ProgressRepository) {}

  /** Requests that broke off count for nothing. */
  async execute({ manager }: Transaction, { accesses }: EventOf<typeof filesServed>): Promise<void> {
    const whole = accesses.filter((access) => access.complete > 0);
    const infos = whole.flatMap(({ fragment, ticket, ...access }) =>
      fragment === 0 && ticket !== null ? [{ ...access, ticket }] : [],
    );
    const fragments = whole.filter(({ fragment }) => fragment > 0);
    if (infos.length > 0) {
      const begun = await this.progress.noteInfos(manager, infos);
      await this.progress.forgetEarlier(manager, begun);
    }
    if (fragments.length > 0) await this.progress.addFragments(manager, fragments);
  }
}
