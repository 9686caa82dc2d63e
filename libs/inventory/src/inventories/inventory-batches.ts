import { Log } from '@entrepot/platform-telemetry';
import { Injectable } from '@nestjs/common';
import { IdentityRules } from '../duplicates/identity-rules.js';
import { CommitInventories, type Lane } from './commit-inventories.js';
import type { AcceptedInventory, InventoryWork } from './inventory-work.js';
import { isConnectionLost, isDataRefused, isWorthRetrying } from './postgres-failure.js';
import { sharedKeys, takeBatch } from './take-batch.js';

/** An inventory that waits for its commit. */
export interface Member {
  work: InventoryWork;
  /** Whether its sender has its answer. */
  settled: boolean;
  /** How often it has been sent from one batch to another. */
  moves: number;
  resolve(accepted: AcceptedInventory): void;
  reject(error: unknown): void;
}

const ORDINARY_AT_ONCE = 2;
const ATTEMPTS = 3;
/** More than others could be faster than an inventory: it would go round for ever. */
const MOST_MOVES = 20;

/**
 * Commits inventories that come at the same time together. There is no artificial wait: whoever comes while all lanes
 * are busy goes into the next batch. Inventories of one device never are in here at the same time, see `DeviceTurns`.
 */
@Injectable()
export class InventoryBatches {
  private readonly waiting: Member[] = [];
  /** Those whose device has to be found among others: one batch of them at a time. */
  private readonly unsure: Member[] = [];
  private ordinary = 0;
  private identifying = false;

  constructor(
    private readonly commits: CommitInventories,
    private readonly rules: IdentityRules,
    private readonly log: Log,
  ) {}

  /** Resolves after the commit; whatever it throws, nothing of the inventory is stored. */
  store(work: InventoryWork): Promise<AcceptedInventory> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ work, settled: false, moves: 0, resolve, reject });
      this.startNext();
    });
  }

  private startNext(): void {
    while (this.ordinary < ORDINARY_AT_ONCE && this.waiting.length > 0) {
      this.ordinary += 1;
      void this.run('ordinary', takeBatch(this.waiting)).finally(() => {
        this.ordinary -= 1;
        this.startNext();
      });
    }
    if (this.identifying || this.unsure.length === 0) return;
    this.identifying = true;
    void this.identify().finally(() => {
      this.identifying = false;
      this.startNext();
    });
  }

  private async identify(): Promise<void> {
    // Who cannot tell what machines are recognised by takes one at a time, which says what is wrong.
    const rules = await this.rules.current().catch(() => null);
    const batch =
      rules === null ? this.unsure.splice(0, 1) : takeBatch(this.unsure, (work) => sharedKeys(rules, work));
    await this.run('identity', batch);
  }

  /** Never throws: what goes wrong is what the members' senders are told. */
  private async run(lane: Lane, members: readonly Member[]): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const open = members.filter(({ settled }) => !settled);
      if (open.length === 0) return;
      try {
        await this.attempt(lane, open);
        return;
      } catch (error) {
        const isLost = isConnectionLost(error);
        if (open.length > 1 && !isLost) return this.runEach(lane, open);
        if (attempt < (isLost ? 2 : ATTEMPTS) && (await this.canTryAgain(open, error))) continue;
        for (const member of open) settle(member, () => member.reject(error));
        return;
      }
    }
  }

  private async attempt(lane: Lane, members: readonly Member[]): Promise<void> {
    const { accepted, elsewhere, refused } = await this.commits.execute(
      lane,
      members.map(({ work }) => work),
    );
    accepted.forEach((result, place) => {
      const member = members[place] as Member;
      if (result !== null) settle(member, () => member.resolve(result));
    });
    refused.forEach((error, place) => {
      const member = members[place] as Member;
      settle(member, () => member.reject(error));
    });
    for (const [place, next] of elsewhere) {
      const member = members[place] as Member;
      member.moves += 1;
      if (member.moves > MOST_MOVES) settle(member, () => member.reject(new Error('It fits no batch.')));
      else (next === 'identity' ? this.unsure : this.waiting).push(member);
    }
    this.startNext();
  }

  /** One that fails must not take its neighbours with it. */
  private async runEach(lane: Lane, members: readonly Member[]): Promise<void> {
    for (const member of members) await this.run(lane, [member]);
  }

  /** Whether what failed may succeed; refused sections of a single one are left out from now on. */
  private async canTryAgain(members: readonly Member[], error: unknown): Promise<boolean> {
    if (isWorthRetrying(error) || isConnectionLost(error)) return true;
    const [member] = members;
    if (member === undefined || !isDataRefused(error) || member.work.refused.size > 0) return false;
    const refused = await this.commits.findRefused(member.work).catch(() => new Set<string>());
    if (refused.size === 0) return false;
    this.log.warn(
      { agentDeviceId: member.work.request.deviceId, sections: [...refused], err: error },
      'The database refused sections of an inventory; the others are stored',
    );
    member.work = { ...member.work, refused };
    return true;
  }
}

function settle(member: Member, answer: () => void): void {
  member.settled = true;
  answer();
}
