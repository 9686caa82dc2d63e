import type { SettingsFile, SettingsRequest } from './agent-settings.js';

/** Folder of the Windows agent's data, which a relative CaBundle is looked for in. */
export const WINDOWS_FOLDER = '%ProgramData%\\OCS Inventory NG\\Agent';

/** `ocsinventory.ini` (OCS-PROTOCOL.md §1.9): ProxyType 0 is no proxy at all, 1 an HTTP proxy. */
export function windowsFiles({ server, proxy }: SettingsRequest): SettingsFile[] {
  const isProxied = proxy.kind === 'forward';
  const lines = [
    '[OCS Inventory Agent]',
    'ComProvider=ComHTTP.dll',
    'Debug=0',
    'Local=',
    'HKCU=0',
    'NoTAG=0',
    'IpDisc=',
    '[HTTP]',
    `Server=${server}`,
    'SSL=1',
    'CaBundle=cacert.pem',
    'AuthRequired=0',
    'User=',
    'Pwd=',
    `ProxyType=${isProxied ? 1 : 0}`,
    `Proxy=${isProxied ? proxy.host : ''}`,
    `ProxyPort=${isProxied ? proxy.port : 0}`,
    `ProxyAuthRequired=${isProxied && proxy.requiresPassword ? 1 : 0}`,
    'ProxyUser=',
    'ProxyPwd=',
  ];
  const content = lines.map((line) => `${line}\r\n`).join('');
  return [{ name: 'ocsinventory.ini', place: `${WINDOWS_FOLDER}\\ocsinventory.ini`, content }];
}
