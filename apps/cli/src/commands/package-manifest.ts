import type { Command } from 'commander';
import { formatByteSize } from '../byte-size.js';
import { findPackage, packageLabel, PACKAGE_ARGUMENT } from '../find-package.js';
import type { OpenSession } from '../program.js';
import { formatTable } from '../table.js';
import { formatTime } from '../time.js';

interface StoredFile {
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
}

interface Manifest {
  readonly name: string;
  readonly version: number;
  readonly fileId: string;
  readonly archive: { readonly size: number; readonly md5: string; readonly sha256: string } | null;
  readonly fragments: readonly StoredFile[];
  readonly info: StoredFile;
  readonly source: { readonly fileName: string | null; readonly sender: string | null } | null;
  readonly virusScan: { readonly result: string; readonly scanner: string } | null;
  readonly hasSbom: boolean;
  readonly builtBy: string | null;
  readonly builtAt: string | null;
}

export function addPackageManifest(packages: Command, open: OpenSession): void {
  packages
    .command('manifest')
    .description('show what a version consists of, who built it and from what')
    .argument('<package>', PACKAGE_ARGUMENT)
    .action(async (text: string, _options: unknown, command: Command) => {
      const session = await open(command);
      const { id } = await findPackage(session.api, text);
      const manifest = await session.api.get<Manifest>(`/api/v1/packages/${id}/manifest`);
      session.show(manifest, formatManifest(manifest));
    });
}

function formatManifest(manifest: Manifest): string {
  const { archive, source, virusScan } = manifest;
  const facts = [
    ['package', packageLabel(manifest)],
    ['file id', manifest.fileId],
    ['built', formatTime(manifest.builtAt)],
    ['built by', manifest.builtBy],
    ['sent', source?.fileName],
    ['sent by', source?.sender],
    ['archive', archive && formatByteSize(archive.size)],
    ['md5', archive?.md5],
    ['sha256', archive?.sha256],
    ['virus scan', virusScan && `${virusScan.result} (${virusScan.scanner})`],
    ['bill of materials', manifest.hasSbom ? 'yes' : 'no'],
  ];
  const files = [manifest.info, ...manifest.fragments].map(({ name, size, sha256 }) => [name, size, sha256]);
  return `${formatTable(['FIELD', 'VALUE'], facts)}\n${formatTable(['FILE', 'BYTES', 'SHA-256'], files)}`;
}
