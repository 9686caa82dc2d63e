import { changeRecorded } from '@entrepot/contracts';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox, type Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { SETTING_IMPORTS } from './definitions/imports.js';
import { parseSettingValue } from './parse-setting-value.js';
import type { SettingImport } from './setting-definition.js';
import { settingKey } from './setting-errors.js';
import { SettingStore } from './setting-store.js';
import { loggable, toSettingView, type SettingView } from './setting-view.js';
import { SETTINGS, type SettingKey, type SettingValue } from './settings.registry.js';

/** What a change made of the settings: one, or those that the key stands for. */
export type ChangedSettings =
  SettingView | { readonly key: string; readonly imported: readonly SettingView[] };

/** Changes a setting for all devices, or gives it its default back. The next PROLOG is answered by it. */
@Injectable()
export class ChangeSetting {
  constructor(
    private readonly outbox: Outbox,
    private readonly store: SettingStore,
  ) {}

  /**
   * Sets a setting, or the settings that an OCS key stands for, all of them or none.
   * @throws AppError INVENTORY_SETTING_NOT_FOUND, INVENTORY_SETTING_INVALID
   */
  async set(principal: Principal, name: string, value: unknown): Promise<ChangedSettings> {
    const imported = Object.hasOwn(SETTING_IMPORTS, name) ? SETTING_IMPORTS[name] : undefined;
    if (imported !== undefined) return this.import(principal, name, imported, value);
    const key = settingKey(name);
    const parsed = parseSettingValue(key, value);
    await this.change((tx) => this.write(tx, principal, key, parsed));
    return toSettingView(key, parsed, true);
  }

  /** @throws AppError INVENTORY_SETTING_NOT_FOUND */
  async reset(principal: Principal, name: string): Promise<SettingView> {
    const key = settingKey(name);
    await this.change(async (tx) => {
      await this.store.remove(tx.manager, key);
      tx.publish(changeRecorded, auditChange(principal, 'inventory', 'setting.reset', 'setting', key), key);
    });
    return toSettingView(key, SETTINGS[key].default, false);
  }

  private async import(
    principal: Principal,
    name: string,
    { toSettings }: SettingImport,
    value: unknown,
  ): Promise<ChangedSettings> {
    const parsed = Object.entries(toSettings(value)).map(([one, its]): [SettingKey, SettingValue] => {
      const key = settingKey(one);
      return [key, parseSettingValue(key, its)];
    });
    // In one order for all, so that two imports do not wait for each other.
    parsed.sort(([a], [b]) => (a < b ? -1 : 1));
    await this.change(async (tx) => {
      for (const [key, one] of parsed) await this.write(tx, principal, key, one, name);
    });
    return { key: name, imported: parsed.map(([key, one]) => toSettingView(key, one, true)) };
  }

  private async write(
    tx: Transaction,
    principal: Principal,
    key: SettingKey,
    value: SettingValue,
    importedFrom?: string,
  ): Promise<void> {
    await this.store.store(tx.manager, key, value);
    const detail = { value: loggable(value), ...(importedFrom !== undefined && { importedFrom }) };
    tx.publish(
      changeRecorded,
      auditChange(principal, 'inventory', 'setting.set', 'setting', key, detail),
      key,
    );
  }

  private async change(work: (tx: Transaction) => Promise<void>): Promise<void> {
    await this.outbox.transaction(work);
    this.store.forget();
  }
}
