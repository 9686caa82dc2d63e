import type { Command } from 'commander';
import { findDeviceId } from '../find-device.js';
import type { OpenSession } from '../program.js';
import { formatTable } from '../table.js';
import { formatTime } from '../time.js';

interface SectionView {
  readonly name: string;
  readonly rows: number;
  readonly updatedAt: string;
}

interface DeviceDetails extends Readonly<Record<string, unknown>> {
  readonly sections: readonly SectionView[];
}

export function addDevice(program: Command, open: OpenSession): void {
  program
    .command('device')
    .description('show one device and what its inventory holds')
    .argument('<device>', 'id or name')
    .action(async (text: string, _options: unknown, command: Command) => {
      const session = await open(command);
      const id = await findDeviceId(session.api, text);
      const device = await session.api.get<DeviceDetails>(`/api/v1/devices/${id}`);
      session.show(device, formatDevice(device));
    });
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
