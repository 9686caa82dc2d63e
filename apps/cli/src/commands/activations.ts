import type { Command } from 'commander';
import { Failure } from '../failure.js';
import { activationsOf, type ActivationPlace } from '../find-activation.js';
import { findPackage, packageLabel, PACKAGE_ARGUMENT } from '../find-package.js';
import type { OpenSession } from '../program.js';
import { formatTable } from '../table.js';
import { formatTime } from '../time.js';
import { describeWithdrawal, type Withdrawal } from '../withdrawal.js';

interface ActivationRow extends ActivationPlace {
  readonly forced: boolean;
  readonly checks: readonly { readonly ok: boolean }[];
  readonly checkedAt: string | null;
}

/** Adds `activations` and `deactivate`. */
export function addActivations(program: Command, open: OpenSession): void {
  program
    .command('activations')
    .description('list where a package is available to agents, and whether the last check found it there')
    .argument('<package>', PACKAGE_ARGUMENT)
    .action(async (text: string, _options: unknown, command: Command) => {
      const session = await open(command);
      const { id } = await findPackage(session.api, text);
      const items = await activationsOf<ActivationRow>(session.api, id);
      const rows = items.map((item) => [
        ...[item.infoLocation, item.fragmentLocation, item.forced ? 'yes' : 'no'],
        item.checkedAt === null ? null : item.checks.every(({ ok }) => ok) ? 'right' : 'wrong',
        ...[formatTime(item.checkedAt), item.id],
      ]);
      session.show(items, formatTable(['INFO', 'FRAGMENTS', 'FORCED', 'CHECK', 'AT', 'ID'], rows));
    });
  program
    .command('deactivate')
    .description('make a package unavailable again and withdraw what waits for it')
    .argument('<package>', PACKAGE_ARGUMENT)
    .option('--activation <id>', 'which activation, when the package has several')
    .action(async (text: string, { activation }: { readonly activation?: string }, command: Command) => {
      const session = await open(command);
      const found = await findPackage(session.api, text);
      const label = packageLabel(found);
      const all = await activationsOf(session.api, found.id);
      const meant = activation === undefined ? all : all.filter(({ id }) => id === activation.toLowerCase());
      const [one, ...others] = meant;
      if (one === undefined) throw new Failure(`Package ${label} has no such activation.`);
      if (others.length > 0)
        throw new Failure(
          `Package ${label} has ${meant.length} activations: say which one with --activation; "entrepot activations ${label}" lists them.`,
        );
      const gone = await session.api.delete<Withdrawal>(`/api/v1/activations/${one.id}`);
      session.show(gone, `Package ${label} is no longer activated there. ${describeWithdrawal([gone])}\n`);
    });
}
