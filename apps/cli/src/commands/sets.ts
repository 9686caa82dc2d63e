import type { Command } from 'commander';
import { findPackage, packageLabel, PACKAGE_ARGUMENT } from '../find-package.js';
import { findSet, SETS_PATH, type SetView } from '../find-set.js';
import type { OpenSession } from '../program.js';
import { formatTable, plainText } from '../table.js';

interface CreateOptions {
  readonly inOrder?: boolean;
  readonly description?: string;
}

export function addSets(program: Command, open: OpenSession): void {
  const list = async (_options: unknown, command: Command): Promise<void> => {
    const session = await open(command);
    const items = await session.api.all<SetView>(SETS_PATH);
    const rows = items.map((set) => [
      ...[set.name, set.inOrder ? 'yes' : 'no', set.packages.map(packageLabel).join(', ')],
      ...[set.description, set.id],
    ]);
    session.show(items, formatTable(['NAME', 'IN ORDER', 'PACKAGES', 'DESCRIPTION', 'ID'], rows));
  };
  const sets = program.command('sets').description('list packages that are assigned together').action(list);
  sets.command('list').description('the same').action(list);
  sets
    .command('create')
    .description('put packages together')
    .argument('<name>')
    .argument('<package...>', PACKAGE_ARGUMENT)
    .option('--in-order', 'each only after the one before it has succeeded')
    .option('--description <text>')
    .action(
      async (name: string, texts: string[], { inOrder, description }: CreateOptions, command: Command) => {
        const session = await open(command);
        const packageIds = [];
        for (const text of texts) packageIds.push((await findPackage(session.api, text)).id);
        const body = { name, description, inOrder, packageIds };
        const made = await session.api.post<SetView>(SETS_PATH, body);
        session.show(made, `Set ${plainText(made.name)} has ${made.packages.length} packages.\n`);
      },
    );
  sets
    .command('delete')
    .description('delete a set; its packages, and what was assigned with it, stay')
    .argument('<set>', 'name or id')
    .action(async (text: string, _options: unknown, command: Command) => {
      const session = await open(command);
      const found = await findSet(session.api, text);
      await session.api.delete(`${SETS_PATH}/${found.id}`);
      session.show(found, `Set ${plainText(found.name)} is deleted.\n`);
    });
}
