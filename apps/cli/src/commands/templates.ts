import { Option, type Command } from 'commander';
import type { OpenSession } from '../program.js';
import { formatTable } from '../table.js';
import { listTemplates } from '../template-parameters.js';

export function addTemplates(program: Command, open: OpenSession): void {
  program
    .command('templates')
    .description('list what packages can be made from; * marks parameters that are needed')
    .addOption(
      new Option('--os <system>', 'only those of this system').choices(['windows', 'linux', 'macos']),
    )
    .action(async ({ os }: { readonly os?: string }, command: Command) => {
      const session = await open(command);
      const items = await listTemplates(session.api, os);
      const rows = items.map((item) => [
        ...[item.name, item.operatingSystem, item.uploads],
        item.parameters.map(({ name, required }) => `${name}${required ? '*' : ''}`).join(', '),
        item.description.en,
      ]);
      session.show(items, formatTable(['NAME', 'OS', 'UPLOADS', 'PARAMETERS', 'WHAT IT DOES'], rows));
    });
}
