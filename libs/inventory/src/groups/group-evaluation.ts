import { AppError } from '@entrepot/kernel';
import { Log } from '@entrepot/platform-telemetry';
import { Injectable } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { concerns, type DeviceChange } from './device-change.js';
import { EvaluateGroup } from './evaluate-group.js';
import { FindGroupsToEvaluate } from './find-groups-to-evaluate.js';
import { GroupDefinitions } from './group-definitions.js';
import { isStatementRefused } from './statement-refused.js';

/** How long changes are gathered before the groups are looked at. */
const GATHER_MS = 25;
/** After a round there is a pause of so many times its length: in a storm rounds become larger, not more. */
const PAUSE = 3;
/** Some buses hand over no more than 64 changes before the first of them is done. */
const PAUSE_AT_MOST_MS = 150;

/** Every device is compared with every group of its round: once more than needed does no harm. */
interface Round {
  readonly groups: Set<string>;
  readonly devices: Set<string>;
  readonly done: Promise<void>;
}

/**
 * Keeps dynamic groups in line with devices that change. Changes are gathered for a moment, and while a round is under way
 * or has just been: a storm of inventories is then few statements.
 */
@Injectable()
export class GroupEvaluation {
  private next: Round | null = null;
  private underWay: Promise<unknown> = Promise.resolve();
  private pauseUntil = 0;

  constructor(
    private readonly definitions: GroupDefinitions,
    private readonly find: FindGroupsToEvaluate,
    private readonly evaluate: EvaluateGroup,
    private readonly log: Log,
  ) {}

  /**
   * Resolves when every group that the change concerns is in line with these devices; without a query when there is no
   * such group. Call it after the commit of the change.
   * @throws the driver's error when the database is out of reach: call again
   */
  async noteDevices(deviceIds: readonly string[], change: DeviceChange): Promise<void> {
    const groups = await this.definitions.current();
    const concerned = groups.filter(({ dependsOn }) => concerns(dependsOn, change));
    if (concerned.length === 0) return;
    const round = (this.next ??= this.begin());
    for (const { id } of concerned) round.groups.add(id);
    for (const deviceId of deviceIds) round.devices.add(deviceId);
    await round.done;
  }

  private begin(): Round {
    const groups = new Set<string>();
    const devices = new Set<string>();
    const done = this.run(groups, devices);
    this.underWay = done.catch(() => undefined);
    return { groups, devices, done };
  }

  private async run(groups: Round['groups'], devices: Round['devices']): Promise<void> {
    await this.underWay;
    await delay(Math.max(GATHER_MS, this.pauseUntil - performance.now()));
    this.next = null;
    const begun = performance.now();
    try {
      await this.look([...groups], [...devices]);
    } finally {
      const ended = performance.now();
      this.pauseUntil = ended + Math.min(PAUSE_AT_MOST_MS, PAUSE * (ended - begun));
    }
  }

  private async look(groups: readonly string[], devices: readonly string[]): Promise<void> {
    const failures: unknown[] = [];
    for (const groupId of await this.find.execute(groups, devices)) {
      await this.one(groupId, devices).catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }

  private async one(groupId: string, deviceIds: readonly string[]): Promise<void> {
    try {
      await this.evaluate.devices(groupId, deviceIds);
    } catch (error) {
      if (error instanceof AppError && error.kind === 'not-found') return;
      // No retry helps, and the other groups must not wait for this one.
      if (!isStatementRefused(error)) throw error;
      this.log.error({ groupId, err: error }, 'A group cannot be evaluated; its members stay as they are');
    }
  }
}
