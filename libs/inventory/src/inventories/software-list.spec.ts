import { describe, expect, it } from 'vitest';
import {
  installTime,
  softwareList,
  softwareVariant,
  storedInstallTime,
  type InstalledSoftware,
} from './software-list.js';

const row = (softwareId: number, variantId: number, sent = ''): InstalledSoftware => ({
  softwareId,
  variantId,
  installed: installTime(sent),
});

describe('the software list of a device', () => {
  it('collapses rows of one software, and does not depend on their order', () => {
    const rows = [
      row(9, 1),
      row(4, 7, '2024/02/01'),
      row(4, 3, '2024/01/01'),
      row(4, 3),
      row(2_000_000_000, 2),
    ];
    const list = softwareList([...rows]);
    expect([list.softwareIds, list.variantIds]).toEqual([
      [4, 9, 2_000_000_000],
      [3, 1, 2],
    ]);
    expect(list.installed.map(({ text }) => text)).toEqual(['', '', '']);
    expect(softwareList([...rows].reverse())).toEqual(list);
  });

  it('has another digest when a variant or a time of installation is another one', () => {
    const digests = [[row(1, 2)], [row(1, 3)], [row(1, 2, '2024/01/01')], [row(1, 2), row(3, 4)], []].map(
      (rows) => softwareList(rows).digest.toString('hex'),
    );
    expect(new Set(digests).size).toBe(digests.length);
  });
});

describe('a row of software', () => {
  it('is its name, publisher and version, and all else but INSTALLDATE in one form', () => {
    const sent = {
      VERSION: '1',
      NAME: 'a',
      INSTALLDATE: '2024-01-01 00:00:00',
      GUID: '{1}',
      FOLDER: '/',
      LANGUAGE: null,
    };
    expect(softwareVariant(sent)).toEqual({
      name: 'a',
      publisher: '',
      version: '1',
      details: '{"FOLDER":"/","GUID":"{1}"}',
    });
    const turned = Object.fromEntries(Object.entries(sent).reverse());
    expect(softwareVariant(turned)).toEqual(softwareVariant(sent));
  });

  it('keeps what PostgreSQL would refuse out of the dictionary', () => {
    expect(softwareVariant({ NAME: 'a\ud800', FOLDER: '\udc00' })).toMatchObject({
      name: 'a\ufffd',
      details: '{"FOLDER":"\ufffd"}',
    });
  });

  it.each([
    ['2024/01/31', '2024-01-31 00:00:00', 759_974_400],
    ['2000-01-01 00:00:01', '2000-01-01 00:00:01', 1],
    ['0100/01/01', '0100-01-01 00:00:00', -59_958_144_000],
    ['2024/02/30', '', null],
    ['', '', null],
  ])('was installed at %j', (sent, text, seconds) => {
    expect(installTime(sent)).toEqual({ text, seconds });
    expect(storedInstallTime(text === '' ? {} : { INSTALLDATE: text })).toEqual({ text, seconds });
  });
});
