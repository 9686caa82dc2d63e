import { Argument, type Command } from 'commander';
import { findPackage, packageLabel, PACKAGE_ARGUMENT } from '../find-package.js';
import type { OpenSession } from '../program.js';
import { formatTable, plainText } from '../table.js';
import { formatTime } from '../time.js';

interface ArchiveView {
  readonly id: string;
  readonly packageName: string;
  readonly kind: string;
  readonly deliveries: number;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly restoredAt: string | null;
}

const KINDS = ['succeeded', 'reported', 'not-notified'];

/** Adds `archive` and `restore`. */
export function addArchive(program: Command, open: OpenSession): void {
  program
    .command('archive')
    .description('put deliveries of a package away, or list what was put away; "restore" puts them back')
    .argument('<package>', PACKAGE_ARGUMENT)
    .addArgument(
      new Argument(
        '[kind]',
        'those that succeeded, that have any result, or that no device was told of',
      ).choices(KINDS),
    )
    .action(async (text: string, kind: string | undefined, _options: unknown, command: Command) => {
      const session = await open(command);
      const found = await findPackage(session.api, text);
      const path = `/api/v1/packages/${found.id}/archives`;
      if (kind === undefined) {
        const items = await session.api.all<ArchiveView>(path);
        return session.show(items, formatArchives(items));
      }
      const made = await session.api.post<ArchiveView>(path, { kind });
      session.show(
        made,
        `${made.deliveries} deliveries of ${packageLabel(found)} are put away (${made.id}).\n`,
      );
    });
  program
    .command('restore')
    .description('put deliveries back that were put away')
    .argument('<archive>', 'id, as "archive <package>" shows it')
    .action(async (id: string, _options: unknown, command: Command) => {
      const session = await open(command);
      const path = `/api/v1/delivery-archives/${encodeURIComponent(id)}/restore`;
      const back = await session.api.post<ArchiveView>(path);
      session.show(back, `${back.deliveries} deliveries of ${plainText(back.packageName)} are back.\n`);
    });
}

function formatArchives(items: readonly ArchiveView[]): string {
  const rows = items.map((item) => [
    ...[item.kind, item.deliveries, formatTime(item.createdAt), item.createdBy],
    ...[formatTime(item.restoredAt), item.id],
  ]);
  return formatTable(['KIND', 'DELIVERIES', 'AT', 'BY', 'BACK', 'ID'], rows);
}
