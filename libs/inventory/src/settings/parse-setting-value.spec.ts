import { describe, expect, it } from 'vitest';
import { parseSettingValue } from './parse-setting-value.js';
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
  ] as const)('of %s is not %j', (key, value) => {
    expect(() => parseSettingValue(key, value)).toThrow(
      expect.objectContaining({ code: 'INVENTORY_SETTING_INVALID' }),
    );
  });

  it('of a switch may be written as OCS does', () => {
    expect(parseSettingValue('DOWNLOAD', 0)).toBe(false);
    expect(parseSettingValue('DOWNLOAD', 1)).toBe(true);
  });
});
