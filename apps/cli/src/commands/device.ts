import type { Command } from 'commander';
import { findDeviceId } from '../find-device.js';
import type { OpenSession } from '../program.js';
import { formatTable } from '../table.js';
import { formatTime } from '../time.js';
import { addDeviceChanges } from './device-changes.js';
import { addDeviceDocument } from './device-document.js';
import { addDeviceGroups } from './device-groups.js';
import { addDeviceSettings } from './device-settings.js';

interface SectionView {
  readonly name: string;
  readonly rows: number;
  readonly updatedAt: string;
}

interface DeviceDetails extends Readonly<Record<string, unknown>> {
  readonly sections: readonly SectionView[];
}

export function addDevice(program: Command, open: OpenSession): void {
  const show = async (text: string, _options: unknown, command: Command): Promise<void> => {
    const session = await open(command);
    const id = await findDeviceId(session.api, text);
    const details = await session.api.get<DeviceDetails>(`/api/v1/devices/${id}`);
    session.show(details, formatDevice(details));
  };
  const device = program
    .command('device')
    .description('show one device and what its inventory holds')
    .argument('<device>', 'id or name')
    .action(show);
  device.command('show').description('the same').argument('<device>', 'id or name').action(show);
  addDeviceSettings(device, open);
  addDeviceGroups(device, open);
  addDeviceChanges(device, open);
  addDeviceDocument(device, open);
}

/** The device's own values, then its sections. */
export function formatDevice({ sections, ...fields }: DeviceDetails): string {
  const values = Object.entries(fields).map(([name, value]) => [name, describe(value)]);
  const rows = sections.map((section) => [section.name, section.rows, formatTime(section.updatedAt)]);
  return `${formatTable(['FIELD', 'VALUE'], values)}\n${formatTable(['SECTION', 'ROWS', 'CHANGED'], rows)}`;
}

function describe(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
