import { describe, expect, it } from 'vitest';
import { agentSettings, serverUrl, type OperatingSystem, type SettingsRequest } from './agent-settings.js';

const SERVER = 'http://ocs.example.org/ocsinventory';
const FORWARD = { kind: 'forward', host: 'proxy.lyon', port: 8080, requiresPassword: true } as const;

const request = (os: OperatingSystem, proxy: SettingsRequest['proxy']): SettingsRequest => ({
  os,
  server: SERVER,
  proxy,
});
const contents = (made: SettingsRequest): Record<string, string> =>
  Object.fromEntries(agentSettings(made).files.map(({ place, content }) => [place, content]));
const english = (made: SettingsRequest): string =>
  agentSettings(made)
    .notes.map(({ en }) => en)
    .join('\n');

describe('the settings of a Windows agent', () => {
  it('name the proxy, and leave its user and password to be typed on the machine', () => {
    const { files } = agentSettings(request('windows', FORWARD));
    expect(files.map(({ name, place }) => [name, place])).toEqual([
      ['ocsinventory.ini', '%ProgramData%\\OCS Inventory NG\\Agent\\ocsinventory.ini'],
    ]);
    expect(files[0]?.content.split('\r\n')).toEqual([
      ...[
        '[OCS Inventory Agent]',
        'ComProvider=ComHTTP.dll',
        'Debug=0',
        'Local=',
        'HKCU=0',
        'NoTAG=0',
        'IpDisc=',
      ],
      ...['[HTTP]', `Server=${SERVER}`, 'SSL=1', 'CaBundle=cacert.pem', 'AuthRequired=0', 'User=', 'Pwd='],
      ...[
        'ProxyType=1',
        'Proxy=proxy.lyon',
        'ProxyPort=8080',
        'ProxyAuthRequired=1',
        'ProxyUser=',
        'ProxyPwd=',
      ],
      '',
    ]);
    expect(english(request('windows', FORWARD))).toContain('the agent keeps them encrypted');
  });

  it.each([
    { kind: 'none' } as const,
    { kind: 'accelerator', fragmentLocation: 'cache.lyon:3128/download' } as const,
  ])('have no proxy with $kind', (proxy) => {
    const [content = ''] = Object.values(contents(request('windows', proxy)));
    expect(content).toContain('ProxyType=0\r\nProxy=\r\nProxyPort=0\r\nProxyAuthRequired=0\r\n');
  });

  it('do not ask for a password that the proxy does not want', () => {
    const open = request('windows', { ...FORWARD, requiresPassword: false });
    expect(Object.values(contents(open))[0]).toContain('ProxyAuthRequired=0\r\n');
    expect(english(open)).not.toContain('encrypted');
  });
});

describe('the settings of a Linux agent', () => {
  it('name the proxy in the environment of both its starters, and never as "proxy="', () => {
    expect(contents(request('linux', FORWARD))).toEqual({
      '/etc/ocsinventory/ocsinventory-agent.cfg':
        `server=${SERVER}\nca=/etc/ocsinventory/cacert.pem\nssl=1\nbasevardir=/var/lib/ocsinventory-agent\n` +
        '# No "proxy=" here: the agent would tunnel plain http too, so that nothing is cached,\n' +
        '# and on Debian 12 it fails. It obeys the environment: http_proxy, https_proxy.\n',
      '/etc/systemd/system/ocsinventory-agent.service.d/proxy.conf':
        '[Service]\nEnvironment="http_proxy=http://proxy.lyon:8080"\n' +
        'Environment="https_proxy=http://proxy.lyon:8080"\nEnvironment="no_proxy=localhost,127.0.0.1"\n',
      '/etc/environment':
        'http_proxy=http://proxy.lyon:8080\nhttps_proxy=http://proxy.lyon:8080\nno_proxy=localhost,127.0.0.1\n',
    });
    expect(english(request('linux', FORWARD))).toContain('Nothing reads /etc/default');
  });

  it('are one file without a forward proxy, and name the location of an accelerator', () => {
    const made = request('linux', { kind: 'accelerator', fragmentLocation: 'cache.lyon:3128/download' });
    expect(contents(made)).toEqual({
      '/etc/ocsinventory/ocsinventory-agent.cfg': `server=${SERVER}\nca=/etc/ocsinventory/cacert.pem\nssl=1\nbasevardir=/var/lib/ocsinventory-agent\n`,
    });
    expect(english(made)).toContain('with the fragment location cache.lyon:3128/download');
  });
});

it('put the environment of a macOS agent into its launchd job', () => {
  expect(contents(request('macos', FORWARD))['/Library/LaunchDaemons/org.ocsng.agent.plist']).toBe(
    '<key>EnvironmentVariables</key>\n<dict>\n' +
      '  <key>http_proxy</key>\n  <string>http://proxy.lyon:8080</string>\n' +
      '  <key>https_proxy</key>\n  <string>http://proxy.lyon:8080</string>\n' +
      '  <key>no_proxy</key>\n  <string>localhost,127.0.0.1</string>\n</dict>\n',
  );
});

it.each(['windows', 'linux', 'macos'] as const)(
  'tell %s people where the certificate is, in both languages',
  (os) => {
    const { caUrl, notes } = agentSettings(request(os, FORWARD));
    expect(caUrl).toBe('http://ocs.example.org/cacert.pem');
    expect(notes[0]?.en).toContain(caUrl);
    expect(notes[0]?.fr).toContain(caUrl);
    for (const { en, fr } of notes) expect(fr).not.toBe(en);
  },
);

describe('the URL of a server', () => {
  it.each([
    ['http://ocs.example.org', 'http://ocs.example.org/ocsinventory'],
    ['https://ocs:8443/', 'https://ocs:8443/ocsinventory'],
    ['http://[::1]:8080/ocs', 'http://[::1]:8080/ocs'],
    ['HTTP://OCS/ocsinventory', 'http://ocs/ocsinventory'],
  ])('%s is taken as %s', (text, url) => {
    expect(serverUrl.parse(text)).toBe(url);
  });

  it.each([
    ...[
      '',
      'ocs',
      'ftp://ocs/',
      'http://me:secret@ocs/',
      'http://me@ocs/',
      'http://ocs/?a=b',
      'http://ocs/#a',
    ],
    ...['http://ocs/a b', 'http://ocs/%0aProxy=x', "http://ocs/'", 'http://ocs/"', 'javascript:alert(1)'],
    `http://ocs/${'a'.repeat(300)}`,
  ])('%s is refused', (text) => {
    expect(serverUrl.safeParse(text).success).toBe(false);
  });
});
