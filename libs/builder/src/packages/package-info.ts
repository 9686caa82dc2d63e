import { encodeInfoFile } from '@entrepot/ocs-wire';
import type { BuilderOptions } from '../builder.options.js';
import type { PackageEntity } from './package.entity.js';

/** What of a package goes into its info file. */
export type PackageInstructions = Pick<
  PackageEntity,
  'fileId' | 'priority' | 'action' | 'protocol' | 'operatingSystem' | 'notify' | 'needDoneAction'
>;

/**
 * Writes a package's info file (OCS-PROTOCOL.md §5.2). Those of Linux and macOS packages say where the fragments are, as
 * their agents would otherwise lose sight of the server (AGENT-BEHAVIOUR.md, finding 3).
 */
export function packageInfo(
  settings: PackageInstructions,
  archive: { readonly md5: string; readonly fragments: number },
  locations: BuilderOptions,
): Buffer {
  const { notify, needDoneAction } = settings;
  return encodeInfoFile({
    fileId: settings.fileId,
    priority: settings.priority,
    action: settings.action,
    digest: archive.md5,
    protocol: settings.protocol,
    fragments: archive.fragments,
    notify: {
      user: notify !== null,
      text: notify?.text ?? '',
      countdown: notify?.countdown ?? null,
      canAbort: notify?.canAbort ?? false,
      canDelay: notify?.canDelay ?? false,
    },
    needDoneAction: needDoneAction !== null,
    needDoneActionText: needDoneAction?.text ?? '',
    packLocation: settings.operatingSystem === 'windows' ? null : fragmentsAt(settings.protocol, locations),
  });
}

function fragmentsAt(protocol: PackageInstructions['protocol'], locations: BuilderOptions): string {
  return protocol === 'HTTPS' ? locations.infoLocation : locations.fragmentLocation;
}
