import { Option, type Command } from 'commander';
import { findDeviceId } from '../find-device.js';
import { findGroupId } from '../find-group.js';
import type { OpenSession } from '../program.js';
import type { Session } from '../session.js';
import { parseSettingValue } from '../setting-value.js';
import { formatTable, plainText } from '../table.js';

interface SettingView {
  readonly key: string;
  readonly value: unknown;
  readonly default: unknown;
  readonly unit?: string | null;
}

/** Whose value is meant; everybody's unless told. */
interface OwnerOptions {
  readonly device?: string;
  readonly group?: string;
}

export function addSettings(program: Command, open: OpenSession): void {
  const settings = program
    .command('settings')
    .description('list the settings that agents are given')
    .action(async (_options: unknown, command: Command) => {
      const session = await open(command);
      const items = await session.api.all<SettingView>('/api/v1/settings');
      const rows = items.map((item) => [
        item.key,
        JSON.stringify(item.value),
        JSON.stringify(item.default),
        item.unit,
      ]);
      session.show(items, formatTable(['KEY', 'VALUE', 'DEFAULT', 'UNIT'], rows));
    });
  ofOwner(settings.command('set'))
    .description('change a setting, for everybody or for one device or group')
    .argument('<key>')
    .argument('<value>', 'a number, true, false, a text or JSON')
    .action(async (key: string, text: string, owner: OwnerOptions, command: Command) => {
      const session = await open(command);
      const value = parseSettingValue(text);
      const changed = await session.api.put<unknown>(await pathOf(session, key, owner), { value });
      session.show(changed ?? { key, value }, `${plainText(key)} is now ${plainText(text)}.\n`);
    });
  ofOwner(settings.command('reset'))
    .description('give a setting its default back, or take its own value from a device or group')
    .argument('<key>')
    .action(async (key: string, owner: OwnerOptions, command: Command) => {
      const session = await open(command);
      const left = await session.api.delete<SettingView>(await pathOf(session, key, owner));
      session.show(left, `${plainText(key)} is now ${plainText(JSON.stringify(left.value))}.\n`);
    });
}

function ofOwner(command: Command): Command {
  return command
    .addOption(new Option('--device <device>', 'id or name of the device').conflicts('group'))
    .option('--group <group>', 'id or name of the group');
}

async function pathOf({ api }: Session, key: string, { device, group }: OwnerOptions): Promise<string> {
  const setting = `settings/${encodeURIComponent(key)}`;
  if (device !== undefined) return `/api/v1/devices/${await findDeviceId(api, device)}/${setting}`;
  if (group !== undefined) return `/api/v1/groups/${await findGroupId(api, group)}/${setting}`;
  return `/api/v1/${setting}`;
}
