import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { page, useSampleServer } from './sample-server.spec-support.js';

const id = (last: number): string => `018f0000-0000-7000-8000-${String(last).padStart(12, '0')}`;
const [GROUP, PROXY] = [id(5), id(8)];
const words = (en: string): object => ({ en, fr: `fr ${en}` });
const window = { days: [1, 2], from: '22:00', to: '04:00', zone: 'UTC' };
const proxy = {
  id: PROXY,
  name: 'Lyon',
  kind: 'forward',
  host: 'squid',
  port: 3128,
  allowsPurge: true,
  probe: null,
};
const probe = {
  reachable: true,
  cached: 'miss',
  problem: 'not-cached',
  explanation: words('It keeps nothing.'),
  at: '',
};
const limit = {
  id: id(22),
  network: '10.1.0.0/16',
  maxParallel: 4,
  bytesPerSecond: 2_097_152,
  description: '',
};

const { run, sent, asked, home } = useSampleServer({
  'GET /api/v1/packages': page([{ id: id(1), fileId: '1700000001', name: 'app', version: 1 }]),
  'GET /api/v1/groups': page([{ id: GROUP, name: 'Lyon' }]),
  [`GET /api/v1/groups/${GROUP}/maintenance-windows`]: { windows: [window], open: false, nextOpening: null },
  [`PUT /api/v1/groups/${GROUP}/maintenance-windows`]: {},
  [`DELETE /api/v1/groups/${GROUP}/maintenance-windows`]: null,
  'GET /api/v1/download-limits': page([limit]),
  'POST /api/v1/download-limits': limit,
  [`DELETE /api/v1/download-limits/${limit.id}`]: null,
  'GET /api/v1/proxy-caches': page([proxy]),
  'POST /api/v1/proxy-caches': proxy,
  [`DELETE /api/v1/proxy-caches/${PROXY}`]: null,
  [`POST /api/v1/proxy-caches/${PROXY}/probe`]: probe,
  [`POST /api/v1/proxy-caches/${PROXY}/purges`]: { state: 'waiting' },
  [`GET /api/v1/proxy-caches/${PROXY}/agent-settings`]: {
    files: [{ name: '../ocsinventory.ini', place: 'C:\\ProgramData', content: '[HTTP]\r\nProxyType=1\n' }],
    ...{ notes: [words('Type the password on the machine.')], caUrl: 'http://host/cacert.pem' },
  },
});

describe('entrepot windows', () => {
  it('shows and sets windows as people write them', async () => {
    expect((await run(['windows', 'lyon'])).out).toMatch(
      /mon,tue +22:00 +04:00 +UTC\nShut now; opens at no time within two weeks\./,
    );
    const line = ['windows', 'lyon', '--zone', 'Europe/Paris'];
    await run([...line, '--set', 'mon-wed,sat 22:00-04:00', '--set', 'sat-mon 10:00-12:00']);
    expect(asked.at(-2)?.body).toEqual({
      windows: [
        { days: [1, 2, 3, 6], from: '22:00', to: '04:00', zone: 'Europe/Paris' },
        { days: [1, 6, 7], from: '10:00', to: '12:00', zone: 'Europe/Paris' },
      ],
    });
    expect((await run(line)).code).toBe(2);
    await run(['windows', 'lyon', '--remove']);
    expect(asked.at(-2)?.what).toBe(`DELETE /api/v1/groups/${GROUP}/maintenance-windows`);
  });

  it.each(['always', 'mon 22-4', 'mon-xyz 22:00-04:00', 'mon-tue-wed 22:00-04:00'])(
    'refuses "%s"',
    async (text) => {
      expect((await run(['windows', 'lyon', '--set', text])).code).toBe(2);
    },
  );
});

describe('entrepot limits and proxies', () => {
  it('lists, adds and removes limits', async () => {
    expect((await run(['limits'])).out).toMatch(/10\.1\.0\.0\/16 +4 +2.0 MiB\/s/);
    await run(['limits', 'add', '10.1.0.0/16', '--parallel', '4', '--speed', '2M']);
    expect(sent()).toEqual({ network: '10.1.0.0/16', maxParallel: 4, bytesPerSecond: 2_097_152 });
    expect((await run(['limits', 'remove', limit.id])).code).toBe(0);
  });

  it('registers proxies, probes them and ends with 1 when the probe finds a problem', async () => {
    expect((await run(['proxies'])).out).toMatch(/Lyon +forward +squid:3128/);
    await run(['proxies', 'add', 'Lyon', '--host', 'squid', '--purge', '--network', '10.1.0.0/16']);
    expect(sent()).toEqual({
      ...{
        name: 'Lyon',
        kind: 'forward',
        host: 'squid',
        port: 3_128,
        allowsPurge: true,
        networks: ['10.1.0.0/16'],
      },
    });
    const probed = await run(['proxies', 'probe', 'lyon']);
    expect([probed.code, probed.out]).toEqual([1, 'It keeps nothing.\n']);
    await run(['proxies', 'purge', 'lyon', 'app']);
    expect(sent()).toEqual({ fileId: '1700000001' });
    expect((await run(['proxies', 'remove', 'lyon'])).code).toBe(0);
    expect(asked.at(-1)?.what).toBe(`DELETE /api/v1/proxy-caches/${PROXY}`);
    expect((await run(['proxies', 'probe', 'none'])).err).toContain('There is no proxy cache "none"');
  });

  it('writes what machines need, nowhere but in the folder', async () => {
    const shown = await run(['proxies', 'settings', 'lyon', '--os', 'windows']);
    expect(shown.err).toBe('Type the password on the machine.\n');
    expect(shown.out).toContain('# C:\\ProgramData\n[HTTP]\nProxyType=1\n');
    const folder = join(home(), 'a', 'b');
    await run(['proxies', 'settings', 'lyon', '--os', 'windows', '--output', folder]);
    expect(await readFile(join(folder, 'ocsinventory.ini'), 'utf8')).toBe('[HTTP]\r\nProxyType=1\n');
  });
});
