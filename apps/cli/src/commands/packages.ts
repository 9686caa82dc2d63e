import type { Command } from 'commander';
import type { PackageView } from '../find-package.js';
import type { OpenSession } from '../program.js';
import { formatTable } from '../table.js';

export function addPackages(program: Command, open: OpenSession): void {
  program
    .command('packages')
    .description('list packages')
    .action(async (_options: unknown, command: Command) => {
      const session = await open(command);
      const packages = await session.api.all<PackageView>('/api/v1/packages');
      const rows = packages.map((item) => [
        item.name,
        item.fileId,
        item.operatingSystem,
        item.priority,
        item.state,
        item.id,
      ]);
      session.show(packages, formatTable(['NAME', 'FILE ID', 'OS', 'PRIORITY', 'STATE', 'ID'], rows));
    });
}
