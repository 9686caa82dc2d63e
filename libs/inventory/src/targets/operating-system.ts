/** The families of operating systems that packages are for; empty when the inventory does not tell. */
export type OperatingSystem = 'windows' | 'linux' | 'macos' | '';

const WINDOWS = /\bwindows\b/i;
/** `Mac OS X`, `macOS 14.5`, `OS X 10.9.5 (13F34)`, as system_profiler has called it over the years. */
const MACOS = /\bmac ?os\b|^os x\b|\bdarwin\b/i;
// Few agents say "Linux": most send the name of the distribution, from os-release or lsb_release.
const DISTRIBUTIONS = [
  ...['linux', 'debian', 'raspbian', 'ubuntu', 'pop!_os', 'elementary', 'zorin', 'neon', 'devuan', 'knoppix'],
  ...[
    'red ?hat',
    'rhel',
    'centos',
    'fedora',
    'rocky',
    'alma',
    'scientific',
    'mageia',
    'mandriva',
    'mandrake',
  ],
  ...['suse', 'opensuse', 'sles', 'gentoo', 'slackware', 'manjaro', 'nixos', 'trustix', 'proxmox', 'photon'],
];
const LINUX = new RegExp(`(?:^|[^a-z])(?:${DISTRIBUTIONS.join('|')})`, 'i');

/** Which family the OSNAME of an inventory means (OCS-PROTOCOL.md §3.5), such as `Microsoft Windows 10 Pro`. */
export function operatingSystemOf(osName: string): OperatingSystem {
  if (WINDOWS.test(osName)) return 'windows';
  if (MACOS.test(osName)) return 'macos';
  return LINUX.test(osName) ? 'linux' : '';
}
