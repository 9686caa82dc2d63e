import { Option, type Command } from 'commander';
import { formatByteSize } from '../byte-size.js';
import type { PackageView } from '../find-package.js';
import type { OpenSession } from '../program.js';
import { formatTable } from '../table.js';

interface PackagesOptions {
  readonly name?: string;
  readonly deleted: 'false' | 'true' | 'all';
}

export function addPackages(program: Command, open: OpenSession): void {
  program
    .command('packages')
    .description('list packages and their versions, newest first')
    .option('--name <name>', 'only the versions of this one')
    .addOption(
      new Option('--deleted <which>', 'deleted ones: left out, alone or among the others')
        .choices(['false', 'true', 'all'])
        .default('false'),
    )
    .action(async ({ name, deleted }: PackagesOptions, command: Command) => {
      const session = await open(command);
      const packages = await session.api.all<PackageView>('/api/v1/packages', { name, deleted });
      const rows = packages.map((item) => [
        ...[item.name, item.version, item.fileId, item.operatingSystem, item.priority, item.state],
        ...[item.size === null ? null : formatByteSize(item.size), item.id],
      ]);
      const titles = ['NAME', 'VERSION', 'FILE ID', 'OS', 'PRIORITY', 'STATE', 'SIZE', 'ID'];
      session.show(packages, formatTable(titles, rows));
    });
}
