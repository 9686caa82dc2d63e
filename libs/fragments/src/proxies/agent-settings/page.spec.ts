import { describe, expect, it } from 'vitest';
import { settingsPage } from './page.js';
import { readPageQuery } from './page-query.js';

const GOOD = {
  server: 'http://ocs/ocsinventory',
  os: 'linux',
  kind: 'forward',
  host: 'proxy.lyon',
  port: '3128',
};

describe('the query of the page', () => {
  it('is complete with a server and a proxy', () => {
    expect(readPageQuery({ ...GOOD, password: '1' }, undefined)).toMatchObject({
      mistakes: [],
      settings: {
        os: 'linux',
        server: GOOD.server,
        proxy: { kind: 'forward', host: 'proxy.lyon', port: 3128, requiresPassword: true },
      },
    });
  });

  it('makes the location of an accelerator', () => {
    const { settings } = readPageQuery({ ...GOOD, kind: 'accelerator', path: '/download/' }, undefined);
    expect(settings?.proxy).toEqual({
      kind: 'accelerator',
      fragmentLocation: 'proxy.lyon:3128/download',
    });
  });

  it('needs no proxy when there is none', () => {
    const { settings, mistakes } = readPageQuery(
      { server: 'http://ocs', kind: 'none', port: 'x' },
      undefined,
    );
    expect({ settings, mistakes }).toEqual({
      settings: { os: 'windows', server: 'http://ocs/ocsinventory', proxy: { kind: 'none' } },
      mistakes: [],
    });
  });

  it.each([
    [{ server: 'ocs' }, ['server']],
    [{ host: 'http://proxy' }, ['host']],
    [{ host: 'me@proxy' }, ['host']],
    [{ host: 'proxy:3128' }, ['host']],
    [{ host: 'proxy\nUser=x' }, ['host']],
    [{ host: '' }, ['host']],
    [{ port: '0' }, ['port']],
    [{ port: '65536' }, ['port']],
    [{ kind: 'accelerator', path: 'a//b' }, ['path']],
    [{ server: '' }, ['server']],
  ])('says which fields of %j are wrong', (change, mistakes) => {
    expect(readPageQuery({ ...GOOD, ...change }, undefined)).toMatchObject({ mistakes, settings: null });
  });

  it('may be anything', () => {
    for (const query of [
      undefined,
      {},
      { os: ['a', 'b'], kind: {}, server: ['x'] },
      { host: 'a'.repeat(5_000) },
    ])
      expect(readPageQuery(query, undefined).settings).toBeNull();
  });

  it.each([
    [{ lang: 'fr' }, 'en-GB', 'fr'],
    [{ lang: 'xx' }, 'de, fr-CA;q=0.8, en;q=0.5', 'fr'],
    [{}, 'en-US,fr;q=0.5', 'en'],
    [{}, 'de', 'en'],
    [{}, undefined, 'en'],
  ])('%j with Accept-Language %s is read in %s', (query, accepted, language) => {
    expect(readPageQuery(query, accepted).language).toBe(language);
  });
});

describe('the page', () => {
  it('shows the files and offers each for download', () => {
    const page = settingsPage(readPageQuery(GOOD, undefined));
    expect(page).toContain('ca=/etc/ocsinventory/cacert.pem');
    expect(page).toContain('Environment=&quot;http_proxy=http://proxy.lyon:3128&quot;');
    expect(page).toContain('&amp;download=proxy.conf"');
    expect(page).toContain('href="http://ocs/cacert.pem"');
  });

  it('is French for the French', () => {
    const page = settingsPage(readPageQuery({ ...GOOD, lang: 'fr' }, undefined));
    expect(page).toContain('<html lang="fr">');
    expect(page).toContain('Réglages de l&#39;agent');
    expect(page).not.toContain('Steps and hints');
  });

  it('lets nothing that was typed become markup', () => {
    const evil = '"><script>alert(1)</script>\'&';
    const query = { server: evil, host: evil, port: evil, path: evil, lang: evil, os: evil, kind: evil };
    const page = settingsPage(readPageQuery(query, evil));
    expect(page).not.toContain('<script');
    expect(page).not.toContain('">\'');
    expect(page).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39;&amp;"');
    expect(page).toContain('A URL such as http://ocs.example.org/ocsinventory');
  });
});
