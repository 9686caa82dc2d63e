import { changeRecorded } from '@entrepot/contracts';
import { AppError } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { INVENTORY_ERRORS } from '../errors.js';
import { parseSettingValue } from './parse-setting-value.js';
import { SettingStore } from './setting-store.js';
import { toSettingView, type SettingView } from './setting-view.js';
import { parseSettingKey, SETTINGS, type SettingKey, type SettingValue } from './settings.registry.js';

/** Changes a setting for all devices, or gives it its default back. The next PROLOG is answered by it. */
@Injectable()
export class ChangeSetting {
  constructor(
    private readonly outbox: Outbox,
    private readonly store: SettingStore,
  ) {}

  /** @throws AppError INVENTORY_SETTING_NOT_FOUND, INVENTORY_SETTING_INVALID */
  async set(principal: Principal, name: string, value: unknown): Promise<SettingView> {
    const key = keyOf(name);
    const parsed = parseSettingValue(key, value);
    await this.outbox.transaction(async (tx) => {
      await this.store.store(tx.manager, key, parsed);
      const detail = { value: loggable(parsed) };
      tx.publish(
        changeRecorded,
        auditChange(principal, 'inventory', 'setting.set', 'setting', key, detail),
        key,
      );
    });
    this.store.forget();
    return toSettingView(key, parsed, true);
  }

  /** @throws AppError INVENTORY_SETTING_NOT_FOUND */
  async reset(principal: Principal, name: string): Promise<SettingView> {
    const key = keyOf(name);
    await this.outbox.transaction(async (tx) => {
      await this.store.remove(tx.manager, key);
      tx.publish(changeRecorded, auditChange(principal, 'inventory', 'setting.reset', 'setting', key), key);
    });
    this.store.forget();
    return toSettingView(key, SETTINGS[key].default, false);
  }
}

function keyOf(name: string): SettingKey {
  const key = parseSettingKey(name);
  if (key === null) {
    throw new AppError(INVENTORY_ERRORS.INVENTORY_SETTING_NOT_FOUND, 'There is no setting of that name.', {
      key: name,
    });
  }
  return key;
}

function loggable(value: SettingValue): string | number | boolean {
  return typeof value === 'object' ? value.join(', ') : value;
}
