import type { Command } from 'commander';
import type { Api } from '../api.js';
import { Failure } from '../failure.js';
import { findDeviceId } from '../find-device.js';
import { findPackage, type PackageView } from '../find-package.js';
import type { OpenSession } from '../program.js';
import type { Session } from '../session.js';
import { formatTable } from '../table.js';

interface AssignOptions {
  readonly force?: boolean;
  readonly schedule?: string;
  readonly postCommand?: string;
  readonly activation?: string;
}

interface Assigned {
  readonly items: readonly { assignmentId: string; deviceId: string; deliveryId: string; attempt: number }[];
}

export function addAssign(program: Command, open: OpenSession): void {
  program
    .command('assign')
    .description('give an activated package to devices; again means a new attempt')
    .argument('<package>', 'name, file id or id')
    .argument('<device...>', 'ids or names')
    .option('--force', 'also where the agent has installed it before')
    .option('--schedule <moment>', 'not before YYYY/MM/DD HH:MM of the device (Windows agents)')
    .option('--post-command <command>', 'REBOOT, SHUTDOWN or a command line (Windows agents)')
    .option('--activation <id>', 'which activation, when the package has several (default: the newest)')
    .action(async (text: string, devices: string[], options: AssignOptions, command: Command) =>
      assign(await open(command), text, devices, options),
    );
}

async function assign(
  session: Session,
  text: string,
  devices: readonly string[],
  options: AssignOptions,
): Promise<void> {
  const { api } = session;
  const found = await findPackage(api, text);
  const activationId = options.activation ?? (await newestActivation(api, found));
  const names = new Map<string, string>();
  for (const device of devices) names.set(await findDeviceId(api, device), device);
  const { force = false, schedule, postCommand } = options;
  const request = { activationId, deviceIds: [...names.keys()], force, schedule, postCommand };
  const assigned = await api.post<Assigned>('/api/v1/assignments', request);
  const rows = assigned.items.map((item) => [names.get(item.deviceId), item.attempt, item.deliveryId]);
  session.show(assigned, formatTable(['DEVICE', 'ATTEMPT', 'DELIVERY'], rows));
}

async function newestActivation(api: Api, found: PackageView): Promise<string> {
  const [newest] = await api.all<{ readonly id: string }>('/api/v1/activations', { packageId: found.id });
  if (newest === undefined)
    throw new Failure(`Package ${found.name} is not activated: run "entrepot activate ${found.name}" first.`);
  return newest.id;
}
