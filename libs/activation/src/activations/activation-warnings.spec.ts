import { describe, expect, it } from 'vitest';
import { activationWarnings, defaultFragmentLocation } from './activation-warnings.js';

const DEFAULTS = {
  infoLocation: 'server:8443/download',
  fragmentLocation: 'server:8080/download',
  caFile: null,
};
const linux = { operatingSystem: 'linux', protocol: 'HTTP' } as const;

describe('the fragment location of an activation', () => {
  it('is by default where the protocol of the package is spoken', () => {
    expect(defaultFragmentLocation(linux, DEFAULTS)).toBe('server:8080/download');
    expect(defaultFragmentLocation({ protocol: 'HTTPS' }, DEFAULTS)).toBe('server:8443/download');
  });

  it('is warned of where agents would not obey it', () => {
    const elsewhere = { infoLocation: 'nas.lyon/download', fragmentLocation: 'cache.lyon/download' };
    expect(activationWarnings({ ...linux, ...elsewhere }, DEFAULTS)[0]).toContain('cache.lyon/download');
    expect(activationWarnings({ ...linux, ...elsewhere, operatingSystem: 'windows' }, DEFAULTS)).toEqual([]);
    const usual = { ...elsewhere, fragmentLocation: 'server:8080/download' };
    expect(activationWarnings({ ...linux, ...usual }, DEFAULTS)).toEqual([]);
    const secure = {
      ...linux,
      ...elsewhere,
      protocol: 'HTTPS',
      fragmentLocation: 'server:8443/download',
    } as const;
    expect(activationWarnings(secure, DEFAULTS)).toEqual([]);
  });

  it('is obeyed where this server serves the info file, which then names it', () => {
    const { infoLocation } = DEFAULTS;
    const there = { ...linux, infoLocation, fragmentLocation: 'cache.lyon/download' };
    expect(activationWarnings(there, DEFAULTS)).toEqual([]);
  });
});
