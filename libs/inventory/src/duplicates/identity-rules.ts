import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { FreshCopy } from '../settings/fresh-copy.js';
import { SettingStore } from '../settings/setting-store.js';
import type { SettingValues } from '../settings/settings.registry.js';
import type { MatchRules } from './match-devices.js';
import { WorthlessValues, type BlacklistedPattern } from './worthless-values.js';

/** The rules by which machines are recognised, as settings and the blacklist have them. */
@Injectable()
export class IdentityRules {
  private readonly worthless = new FreshCopy(() => this.load());

  constructor(
    private readonly database: DataSource,
    private readonly settings: SettingStore,
  ) {}

  /**
   * The rules; at most half a second old when another process changes them. It may need a connection: never ask while a
   * transaction holds locks, for others may wait for those with all the connections there are.
   */
  async current(): Promise<MatchRules> {
    const [values, worthless] = await Promise.all([this.settings.current(), this.worthless.current()]);
    return rulesOf(values, worthless);
  }

  /** Makes the next reader of this process ask for the blacklist; call it after the commit of a change. */
  forget(): void {
    this.worthless.forget();
  }

  private async load(): Promise<WorthlessValues> {
    const patterns: BlacklistedPattern[] = await this.database.query(
      'SELECT kind, pattern FROM blacklisted_value',
    );
    return new WorthlessValues(patterns);
  }
}

/** The rules that settings say. */
export function rulesOf(values: SettingValues, worthless: WorthlessValues): MatchRules {
  return {
    weights: {
      declared: values.DUPLICATE_WEIGHT_DECLARED,
      serial: values.DUPLICATE_WEIGHT_SERIAL,
      mac: values.DUPLICATE_WEIGHT_MAC,
      uuid: values.DUPLICATE_WEIGHT_UUID,
      hostname: values.DUPLICATE_WEIGHT_HOSTNAME,
      'asset-tag': values.DUPLICATE_WEIGHT_ASSET_TAG,
      model: values.DUPLICATE_WEIGHT_MODEL,
    },
    mergeScore: values.DUPLICATE_MERGE_SCORE,
    reviewScore: values.DUPLICATE_REVIEW_SCORE,
    holdContradicted: values.DUPLICATE_HOLD_CONTRADICTED,
    commonValue: values.DUPLICATE_COMMON_VALUE,
    worthless,
  };
}
