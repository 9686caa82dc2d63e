import type { Command } from 'commander';
import { findDeviceId } from '../find-device.js';
import type { OpenSession } from '../program.js';
import { formatTable } from '../table.js';

interface EffectiveSetting {
  readonly key: string;
  readonly value: unknown;
  readonly unit: string | null;
  readonly origin: string;
  readonly group: { readonly name: string } | null;
}

export function addDeviceSettings(device: Command, open: OpenSession): void {
  device
    .command('settings')
    .description('show the settings of a device and where each value comes from')
    .argument('<device>', 'id or name')
    .action(async (text: string, _options: unknown, command: Command) => {
      const session = await open(command);
      const id = await findDeviceId(session.api, text);
      const items = await session.api.all<EffectiveSetting>(`/api/v1/devices/${id}/settings`);
      const rows = items.map(({ key, value, unit, origin, group }) => [
        key,
        JSON.stringify(value),
        unit,
        group === null ? origin : `${origin} ${group.name}`,
      ]);
      session.show(items, formatTable(['KEY', 'VALUE', 'UNIT', 'FROM'], rows));
    });
}
