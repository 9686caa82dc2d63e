import { describe, expect, it } from 'vitest';
import { SETTING_IMPORTS } from './definitions/imports.js';
import { NOT_SETTINGS } from './definitions/not-settings.js';
import { parseSettingValue } from './parse-setting-value.js';
import { settingKey } from './setting-errors.js';
import { defaultSettings, parseSettingKey, SETTING_KEYS, SETTINGS } from './settings.registry.js';

describe('the settings registry', () => {
  it('has a default that its own rule accepts, and a text in both languages, for every key', () => {
    for (const key of SETTING_KEYS) {
      expect(parseSettingValue(key, SETTINGS[key].default)).toEqual(SETTINGS[key].default);
      expect(SETTINGS[key].description.en).not.toBe(SETTINGS[key].description.fr);
    }
    expect(defaultSettings()).toMatchObject({
      FREQUENCY: 0,
      PROLOG_FREQ: 24,
      DOWNLOAD: true,
      DOWNLOAD_TIMEOUT: 30,
    });
  });

  it('knows no key but its own', () => {
    expect(parseSettingKey('FREQUENCY')).toBe('FREQUENCY');
    expect(parseSettingKey('toString')).toBeNull();
    expect(parseSettingKey('__proto__')).toBeNull();
  });
});

describe('a key of OCS that is no setting', () => {
  it('is answered with the reason why', () => {
    expect(() => settingKey('LOGLEVEL')).toThrow(
      expect.objectContaining({
        code: 'INVENTORY_SETTING_NOT_FOUND',
        message: expect.stringContaining(
          'LOGLEVEL is no setting here. The program writes its log',
        ) as unknown,
      }),
    );
    expect(() => settingKey('constructor')).toThrow('There is no setting of that name.');
  });

  it('is neither a setting nor an import', () => {
    const both = [...NOT_SETTINGS.keys(), ...Object.keys(SETTING_IMPORTS)].filter(
      (key) => parseSettingKey(key) !== null,
    );
    expect(both).toEqual([]);
  });
});

describe('the value of a setting', () => {
  it.each([
    ['FREQUENCY', -2],
    ['FREQUENCY', 1.5],
    ['FREQUENCY', '1'],
    ['PROLOG_FREQ', 0],
    ['DOWNLOAD', 'true'],
    ['DOWNLOAD', 2],
    ['ALLOWED_AGENTS', 'x'],
    ['ALLOWED_AGENTS', ['']],
    ['ALLOWED_AGENTS', ['a\0']],
    ['SCAN_TYPE_IPDISCOVER', 'icmp'],
    ['SCAN_TYPE_IPDISCOVER', 1],
    ['IPDISCOVER_SUBNET', '10.0.0'],
    ['IPDISCOVER_SUBNET', '10.0.0.256'],
    ['IPDISCOVER_SUBNET', '10.0.0.0\n'],
    ['IPDISCOVER_SUBNET', 10],
  ] as const)('of %s is not %j', (key, value) => {
    expect(() => parseSettingValue(key, value)).toThrow(
      expect.objectContaining({ code: 'INVENTORY_SETTING_INVALID' }),
    );
  });

  it('of a text has its form, of a choice is one of them', () => {
    expect(parseSettingValue('IPDISCOVER_SUBNET', '192.168.1.0')).toBe('192.168.1.0');
    expect(parseSettingValue('IPDISCOVER_SUBNET', '')).toBe('');
    expect(parseSettingValue('SCAN_TYPE_IPDISCOVER', 'NMAP')).toBe('NMAP');
  });

  it('of a switch may be written as OCS does', () => {
    expect(parseSettingValue('DOWNLOAD', 0)).toBe(false);
    expect(parseSettingValue('DOWNLOAD', 1)).toBe(true);
  });
});
