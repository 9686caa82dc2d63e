import { Injectable } from '@nestjs/common';
import type { AgentDeviceId } from '@entrepot/kernel';

/**
 * Requests of one device take turns inside this process, so that a device that calls many times at once waits here
 * and not on database connections that others need. Between processes the database's lock orders them.
 */
@Injectable()
export class DeviceTurns {
  private readonly last = new Map<string, Promise<unknown>>();

  async take<Result>(deviceId: AgentDeviceId, work: () => Promise<Result>): Promise<Result> {
    const key = deviceId.toLowerCase();
    const before = this.last.get(key);
    const mine = before === undefined ? work() : before.then(work, work);
    this.last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.last.get(key) === mine) this.last.delete(key);
    }
  }
}
