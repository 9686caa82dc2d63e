import { z } from 'zod';
import { bilingual, type Bilingual } from '../probe-result.js';
import { settingsNotes } from './settings-notes.js';
import { macosFiles, linuxFiles } from './unix-files.js';
import { windowsFiles } from './windows-files.js';

export const operatingSystem = z.enum(['windows', 'linux', 'macos']);

export type OperatingSystem = z.output<typeof operatingSystem>;

/** What stands between agents and this server: nothing, a proxy set on each machine, or a cache at a location of its own. */
export const proxyUse = z.enum(['none', 'forward', 'accelerator']);

export interface SettingsRequest {
  readonly os: OperatingSystem;
  /** URL that agents report to. */
  readonly server: string;
  readonly proxy:
    | { readonly kind: 'none' }
    | {
        readonly kind: 'forward';
        readonly host: string;
        readonly port: number;
        readonly requiresPassword: boolean;
      }
    | { readonly kind: 'accelerator'; readonly fragmentLocation: string };
}

export interface SettingsFile {
  /** What it is downloaded as. */
  readonly name: string;
  /** Where it belongs on the machine. */
  readonly place: string;
  readonly content: string;
}

export interface AgentSettings {
  readonly files: readonly SettingsFile[];
  readonly notes: readonly Bilingual[];
  /** Where the certificate of the authority is that info files are verified with. */
  readonly caUrl: string;
}

export const agentSettingsView = z.object({
  files: z.array(z.object({ name: z.string(), place: z.string(), content: z.string() })),
  notes: z.array(bilingual),
  caUrl: z.string(),
});

const FILES = { windows: windowsFiles, linux: linuxFiles, macos: macosFiles };

const SERVER_MAX = 255;
const SERVER_PATH = /^[A-Za-z0-9._~/-]*$/;

/**
 * The URL of a server as agents take it: http or https, a host, a path of plain characters; `/ocsinventory` when it has
 * no path. Nothing in it means anything to an INI file, a shell or systemd.
 */
export const serverUrl = z
  .string()
  .max(SERVER_MAX)
  .transform((text, context) => {
    const url = URL.canParse(text) ? new URL(text) : null;
    const isGood =
      url !== null &&
      /^https?:$/.test(url.protocol) &&
      /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])$/.test(url.hostname) &&
      url.username + url.password + url.search + url.hash === '' &&
      SERVER_PATH.test(url.pathname);
    if (isGood) return url.pathname === '/' ? `${url.origin}/ocsinventory` : url.href;
    context.addIssue(
      'must be a URL such as http://ocs.example.org/ocsinventory, without a name or a question',
    );
    return z.NEVER;
  });

/**
 * What must be written on a machine so that its agent reports to a server and fetches packages through a proxy cache.
 * User names and passwords are left out: they are typed on the machine.
 */
export function agentSettings(request: SettingsRequest): AgentSettings {
  const caUrl = new URL('/cacert.pem', request.server).href;
  return { files: FILES[request.os](request), notes: settingsNotes(request, caUrl), caUrl };
}
