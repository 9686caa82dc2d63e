import { Log } from '@entrepot/platform-telemetry';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { PeriodicWork } from '@entrepot/platform-database';
import { EvaluateGroup } from './evaluate-group.js';
import { GroupDefinitions } from './group-definitions.js';

const EVERY_MS = 60_000;
/** Groups of which nothing was missed, as far as anybody knows, are looked at once a day all the same; so many a minute. */
const DAILY_AT_MOST = 3;

/**
 * Each minute, on one replica, looks at the groups whose members change as time goes by ("not seen for 30 days"), and at
 * those of which another process may have missed a device while it did not know the new definition yet.
 */
@Injectable()
export class KeepGroupsCurrent implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly work: PeriodicWork;

  constructor(
    private readonly database: DataSource,
    private readonly definitions: GroupDefinitions,
    private readonly evaluate: EvaluateGroup,
    private readonly log: Log,
  ) {
    const options = { context: 'inventory', name: 'keep groups current', everyMs: EVERY_MS };
    this.work = new PeriodicWork(database, log, options, () => this.execute());
  }

  onApplicationBootstrap(): void {
    this.work.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.work.stop();
  }

  /** Looks at the groups that are due. One that cannot be evaluated does not keep the others waiting. */
  async execute(): Promise<void> {
    const groups = await this.definitions.current();
    const ofTime = groups.filter(({ dependsOn }) => dependsOn.contact).map(({ id }) => id);
    const due: { id: string }[] = await this.database.query(DUE, [ofTime, DAILY_AT_MOST]);
    for (const { id } of due) {
      await this.evaluate.whole(id, 'time').catch((error: unknown) => {
        this.log.error(
          { groupId: id, err: error },
          'A group cannot be evaluated; its members stay as they are',
        );
      });
    }
  }
}

const DUE = `
  SELECT id FROM device_group
  WHERE kind = 'dynamic' AND (
    (id = ANY($1::uuid[]) AND (evaluated_at IS NULL OR evaluated_at < now() - interval '50 seconds'))
    OR (definition_changed_at < now() - interval '10 seconds'
      AND (evaluated_at IS NULL OR evaluated_at < definition_changed_at + interval '10 seconds')))
  UNION
  (SELECT id FROM device_group WHERE evaluated_at < now() - interval '1 day' ORDER BY evaluated_at LIMIT $2)`;
