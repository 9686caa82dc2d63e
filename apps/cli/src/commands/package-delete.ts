import type { Command } from 'commander';
import { findPackage, packageLabel, PACKAGE_ARGUMENT } from '../find-package.js';
import type { OpenSession } from '../program.js';

/** What the deletion of a built package stopped, and what it could not. */
interface Withdrawn {
  readonly activations: number;
  readonly withdrawn: number;
  readonly alreadyNotified: { readonly total: number };
}

export function addPackageDelete(packages: Command, open: OpenSession): void {
  packages
    .command('delete')
    .description('delete a version of a package and withdraw it; its name stays known')
    .argument('<package>', PACKAGE_ARGUMENT)
    .option('--immediately', 'also stop agents that are fetching it, and purge proxies: it does harm')
    .action(async (text: string, options: { readonly immediately?: boolean }, command: Command) => {
      const session = await open(command);
      const found = await findPackage(session.api, text);
      const query = options.immediately === true ? '?immediately=true' : '';
      const gone = await session.api.delete<Withdrawn | undefined>(`/api/v1/packages/${found.id}${query}`);
      const { id, fileId, name, version } = found;
      session.show(
        { id, fileId, name, version, ...gone },
        `Package ${packageLabel(found)} is deleted. ${describe(gone)}\n`,
      );
    });
}

function describe(gone: Withdrawn | undefined): string {
  if (gone === undefined) return 'It had never been built.';
  const { activations, withdrawn, alreadyNotified } = gone;
  const left =
    alreadyNotified.total === 0
      ? 'No device had been told of it without a result.'
      : `${alreadyNotified.total} devices had been told of it: they may have it, or be fetching it.`;
  return `${activations} activations and ${withdrawn} waiting deliveries are withdrawn. ${left}`;
}
