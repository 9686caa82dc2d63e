import { changeRecorded } from '@entrepot/contracts';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox, type Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import type { EffectiveSetting } from './effective-setting.js';
import { OverrideStore, type SettingOwner } from './override-store.js';
import { parseSettingValue } from './parse-setting-value.js';
import { ownSettingKey } from './setting-errors.js';
import { loggable } from './setting-view.js';
import type { SettingKey } from './settings.registry.js';
import { ownerNotFound, ShowEffectiveSettings } from './show-effective-settings.js';

/** Gives one device or one group a value of its own, or takes it away. The next PROLOG is answered by it. */
@Injectable()
export class ChangeOverride {
  constructor(
    private readonly outbox: Outbox,
    private readonly overrides: OverrideStore,
    private readonly show: ShowEffectiveSettings,
  ) {}

  /**
   * @throws AppError INVENTORY_SETTING_NOT_FOUND, INVENTORY_SETTING_GLOBAL, INVENTORY_SETTING_INVALID,
   *   INVENTORY_DEVICE_NOT_FOUND, INVENTORY_GROUP_NOT_FOUND
   */
  async set(
    principal: Principal,
    owner: SettingOwner,
    name: string,
    value: unknown,
  ): Promise<EffectiveSetting> {
    const key = ownSettingKey(name, owner.level);
    const parsed = parseSettingValue(key, value);
    await this.change(owner, async (tx) => {
      const before = await this.overrides.store(tx.manager, owner, key, parsed);
      const detail = {
        key,
        value: loggable(parsed),
        ...(before !== undefined && { before: String(before) }),
      };
      this.record(tx, principal, owner, 'set', detail);
    });
    return this.show.one(owner, key);
  }

  /**
   * @throws AppError INVENTORY_SETTING_NOT_FOUND, INVENTORY_SETTING_GLOBAL, INVENTORY_DEVICE_NOT_FOUND,
   *   INVENTORY_GROUP_NOT_FOUND
   */
  async reset(principal: Principal, owner: SettingOwner, name: string): Promise<EffectiveSetting> {
    const key: SettingKey = ownSettingKey(name, owner.level);
    await this.change(owner, async (tx) => {
      await this.overrides.remove(tx.manager, owner, key);
      this.record(tx, principal, owner, 'reset', { key });
    });
    return this.show.one(owner, key);
  }

  private async change(owner: SettingOwner, work: (tx: Transaction) => Promise<void>): Promise<void> {
    await this.outbox.transaction(async (tx) => {
      const found: unknown[] = await tx.manager.query(LOCK[owner.level], [owner.id]);
      if (found.length === 0) throw ownerNotFound(owner);
      await work(tx);
    });
    this.overrides.forget();
  }

  private record(
    tx: Transaction,
    principal: Principal,
    { level, id }: SettingOwner,
    action: 'set' | 'reset',
    detail: Record<string, string | number | boolean>,
  ): void {
    const change = auditChange(principal, 'inventory', `${level}.setting.${action}`, level, id, detail);
    tx.publish(changeRecorded, change, id);
  }
}

// A merge, which moves values from one device to another, waits for this one, and the other way round.
const LOCK = {
  device: `SELECT id FROM device WHERE id = $1 AND state IN ('active', 'archived') FOR SHARE`,
  group: 'SELECT id FROM device_group WHERE id = $1 FOR SHARE',
};
