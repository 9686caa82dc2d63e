import { Option, type Command } from 'commander';
import { findDeviceId } from '../find-device.js';
import { findPackage, PACKAGE_ARGUMENT } from '../find-package.js';
import type { OpenSession } from '../program.js';
import { formatTable } from '../table.js';
import { formatDuration } from '../time.js';

interface DeliveryView {
  readonly id: string;
  readonly deviceId: string;
  readonly deviceName: string | null;
  readonly attempt: number;
  readonly stage: string;
  readonly stageAgeSeconds: number;
  readonly code: string | null;
  readonly fragments: { readonly fetched: number; readonly total: number | null } | null;
  readonly reason: { readonly en: string };
}

interface DeliveriesOptions {
  readonly device?: string;
  readonly stage?: string;
  readonly code?: string;
  readonly all?: boolean;
}

const STAGES = [
  ...['waiting', 'offered', 'info-fetched', 'downloading', 'downloaded', 'succeeded', 'failed'],
  ...['withdrawn', 'superseded', 'archived'],
];

export function addDeliveries(program: Command, open: OpenSession): void {
  program
    .command('deliveries')
    .description('show how far a package is on each device, since when, and why')
    .argument('<package>', PACKAGE_ARGUMENT)
    .option('--device <device>', 'only on this one: id or name')
    .addOption(new Option('--stage <stage>', 'only those that are there').choices(STAGES))
    .option('--code <code>', 'only those that the agent said this of, such as ERR_BAD_DIGEST')
    .option('--all', 'also earlier attempts, and those put away')
    .action(async (text: string, options: DeliveriesOptions, command: Command) => {
      const session = await open(command);
      const { device, stage, code, all } = options;
      const { id: packageId } = await findPackage(session.api, text);
      const deviceId = device === undefined ? undefined : await findDeviceId(session.api, device);
      const items = await session.api.all<DeliveryView>('/api/v1/deliveries', {
        ...{ packageId, deviceId, stage, code },
        ...(all !== true && { latest: 'true' }),
      });
      const rows = items.map((item) => [
        ...[item.deviceName ?? item.deviceId, item.attempt, item.stage],
        ...[formatDuration(item.stageAgeSeconds), fragmentsOf(item), item.code, item.reason.en],
      ]);
      const titles = ['DEVICE', 'ATTEMPT', 'STAGE', 'FOR', 'FRAGMENTS', 'CODE', 'REASON'];
      session.show(items, formatTable(titles, rows));
    });
}

function fragmentsOf({ fragments }: DeliveryView): string | null {
  return fragments === null ? null : `${fragments.fetched} of ${fragments.total ?? '?'}`;
}
