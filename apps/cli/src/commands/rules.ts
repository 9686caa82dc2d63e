import type { Command } from 'commander';
import { findPackage, packageLabel, PACKAGE_ARGUMENT } from '../find-package.js';
import type { OpenSession } from '../program.js';
import { RULES_PATH, type RuleView } from '../rule-view.js';
import { formatTable } from '../table.js';

export function addRules(program: Command, open: OpenSession): void {
  program
    .command('rules')
    .description('list which groups and saved searches have packages; "unassign" takes them back')
    .option('--package <package>', `only of this one: ${PACKAGE_ARGUMENT}`)
    .action(async (options: { readonly package?: string }, command: Command) => {
      const session = await open(command);
      const { package: text } = options;
      const packageId = text === undefined ? undefined : (await findPackage(session.api, text)).id;
      const items = await session.api.all<RuleView>(RULES_PATH, { packageId });
      const rows = items.map((rule) => [
        packageLabel({ name: rule.packageName, version: rule.packageVersion }),
        `${rule.targetKind} ${rule.targetName}${rule.targetExists ? '' : ' (gone)'}`,
        ...[rule.members, rule.counts.waiting, rule.counts.notified],
        ...[rule.counts.succeeded, rule.counts.failed, rule.id],
      ]);
      const titles = ['PACKAGE', 'FOR', 'MEMBERS', 'WAITING', 'NOTIFIED', 'SUCCEEDED', 'FAILED', 'ID'];
      session.show(items, formatTable(titles, rows));
    });
}
