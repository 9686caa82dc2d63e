import type { Command } from 'commander';
import type { Api } from '../api.js';
import {
  formatStatus,
  hasEnded,
  type DeliveryView,
  type PackageStatus,
  type StatisticsView,
} from '../delivery-status.js';
import { EXIT, type ExitCode } from '../failure.js';
import { findPackage, PACKAGE_ARGUMENT } from '../find-package.js';
import type { OpenSession } from '../program.js';
import type { Session } from '../session.js';
import { pause } from '../wait.js';

const REFRESH_MS = 1_000;
const CLEAR_SCREEN = '\u001b[2J\u001b[H';

export function addStatus(program: Command, open: OpenSession, ended: { code: ExitCode }): void {
  program
    .command('status')
    .description('show what became of a package on each device')
    .argument('<package>', PACKAGE_ARGUMENT)
    .option('--watch', 'go on until every device has a result; exit code 1 when one failed')
    .action(async (text: string, options: { readonly watch?: boolean }, command: Command) => {
      const session = await open(command);
      const { id } = await findPackage(session.api, text);
      if (options.watch !== true) {
        const status = await readStatus(session.api, id);
        return session.show(status, formatStatus(status));
      }
      const last = await watch(session, id);
      if (last.statistics.counts.failed > 0) ended.code = EXIT.failed;
    });
}

async function watch(session: Session, packageId: string): Promise<PackageStatus> {
  const { terminal, json } = session;
  let shown = '';
  for (;;) {
    const status = await readStatus(session.api, packageId);
    const text = formatStatus(status);
    const done = hasEnded(status);
    if (json) {
      if (done) session.show(status, text);
    } else if (text !== shown) terminal.out(`${terminal.screen ? CLEAR_SCREEN : ''}${text}`);
    if (done) return status;
    shown = text;
    await pause(REFRESH_MS);
  }
}

async function readStatus(api: Api, packageId: string): Promise<PackageStatus> {
  const statistics = await api.get<StatisticsView>(`/api/v1/packages/${packageId}/statistics`);
  const deliveries = await api.all<DeliveryView>('/api/v1/deliveries', { packageId });
  return { statistics, deliveries: deliveries.filter((delivery) => delivery.state !== 'superseded') };
}
