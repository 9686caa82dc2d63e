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
    const elsewhere = { fragmentLocation: 'cache.lyon/download', caFile: null };
    expect(activationWarnings({ ...linux, ...elsewhere }, DEFAULTS)[0]).toContain('cache.lyon/download');
    expect(activationWarnings({ ...linux, ...elsewhere, operatingSystem: 'windows' }, DEFAULTS)).toEqual([]);
    expect(activationWarnings({ ...linux, fragmentLocation: 'server:8080/download' }, DEFAULTS)).toEqual([]);
    const secure = {
      ...linux,
      protocol: 'HTTPS',
      fragmentLocation: 'server:8443/download',
      caFile: null,
    } as const;
    expect(activationWarnings(secure, DEFAULTS)).toEqual([]);
  });
});
