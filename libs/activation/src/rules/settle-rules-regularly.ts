import { settleRuleJob } from '@entrepot/contracts';
import { Clock } from '@entrepot/kernel';
import { PeriodicWork } from '@entrepot/platform-database';
import { Outbox } from '@entrepot/platform-messaging';
import { Log } from '@entrepot/platform-telemetry';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AssignmentRuleRepository } from './assignment-rule.repository.js';

const MINUTE_MS = 60_000;
const LOOK_EVERY_MS = MINUTE_MS;
/** Nobody tells who comes to fit a saved search. */
const SEARCH_EVERY_MS = 10 * MINUTE_MS;
/** Who joins and leaves groups is told; this finds what was missed. */
const GROUP_EVERY_MS = 24 * 60 * MINUTE_MS;

/** Has rules compared with their groups and searches again and again. */
@Injectable()
export class SettleRulesRegularly implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly work: PeriodicWork;

  constructor(
    database: DataSource,
    log: Log,
    private readonly outbox: Outbox,
    private readonly rules: AssignmentRuleRepository,
    private readonly clock: Clock,
  ) {
    const options = { context: 'activation', name: 'settle rules', everyMs: LOOK_EVERY_MS };
    this.work = new PeriodicWork(database, log, options, () => this.execute());
  }

  onApplicationBootstrap(): void {
    this.work.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.work.stop();
  }

  /** Asks for what is due. One that is still under way is asked for again, which does no harm. */
  async execute(): Promise<void> {
    const now = this.clock.now().getTime();
    await this.outbox.transaction(async (tx) => {
      const due = await this.rules.askDue(
        tx.manager,
        { group: new Date(now - GROUP_EVERY_MS), search: new Date(now - SEARCH_EVERY_MS) },
        new Date(now),
      );
      for (const ruleId of due) tx.publish(settleRuleJob, { ruleId, after: null, members: 0 }, ruleId);
    });
  }
}
