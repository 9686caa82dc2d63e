import type { SettingsFile, SettingsRequest } from './agent-settings.js';

/** Where the packages of each system have the agent's settings; the authority's certificate is put beside them. */
export const UNIX_FOLDERS = { linux: '/etc/ocsinventory', macos: '/etc/ocsinventory-agent' } as const;

/** Hosts that are never asked for through the proxy. */
const DIRECT = 'localhost,127.0.0.1';

/** The agent's settings, and the environment that its service and its cron job obey. */
export function linuxFiles(request: SettingsRequest): SettingsFile[] {
  const environment = environmentOf(request);
  if (environment.length === 0) return [configuration(request, UNIX_FOLDERS.linux)];
  const lines = environment.map(([name, value]) => `${name}=${value}`);
  return [
    configuration(request, UNIX_FOLDERS.linux),
    {
      name: 'proxy.conf',
      place: '/etc/systemd/system/ocsinventory-agent.service.d/proxy.conf',
      content: `[Service]\n${lines.map((line) => `Environment="${line}"\n`).join('')}`,
    },
    { name: 'environment', place: '/etc/environment', content: lines.map((line) => `${line}\n`).join('') },
  ];
}

/** The agent's settings, and what belongs into the job that launchd runs it by. */
export function macosFiles(request: SettingsRequest): SettingsFile[] {
  const environment = environmentOf(request);
  if (environment.length === 0) return [configuration(request, UNIX_FOLDERS.macos)];
  const entries = environment.map(([name, value]) => `  <key>${name}</key>\n  <string>${value}</string>\n`);
  return [
    configuration(request, UNIX_FOLDERS.macos),
    {
      name: 'EnvironmentVariables.plist',
      place: '/Library/LaunchDaemons/org.ocsng.agent.plist',
      content: `<key>EnvironmentVariables</key>\n<dict>\n${entries.join('')}</dict>\n`,
    },
  ];
}

/**
 * No `proxy=`: that option makes the agent tunnel plain http too, which no cache can keep, and on Debian 12 it fails
 * (AGENT-BEHAVIOUR.md, Proxies).
 */
function configuration({ server, proxy }: SettingsRequest, folder: string): SettingsFile {
  const lines = [
    `server=${server}`,
    `ca=${folder}/cacert.pem`,
    'ssl=1',
    'basevardir=/var/lib/ocsinventory-agent',
    ...(proxy.kind === 'forward'
      ? [
          '# No "proxy=" here: the agent would tunnel plain http too, so that nothing is cached,',
          '# and on Debian 12 it fails. It obeys the environment: http_proxy, https_proxy.',
        ]
      : []),
  ];
  const name = 'ocsinventory-agent.cfg';
  return { name, place: `${folder}/${name}`, content: lines.map((line) => `${line}\n`).join('') };
}

/** Empty without a forward proxy. Info files go by https: through the proxy, but as a tunnel. */
function environmentOf({ proxy }: SettingsRequest): (readonly [string, string])[] {
  if (proxy.kind !== 'forward') return [];
  const url = `http://${proxy.host}:${proxy.port}`;
  return [
    ['http_proxy', url],
    ['https_proxy', url],
    ['no_proxy', DIRECT],
  ];
}
