import type { Command } from 'commander';
import type { OpenSession } from '../program.js';
import { parseSettingValue } from '../setting-value.js';
import { formatTable, plainText } from '../table.js';

interface SettingView {
  readonly key: string;
  readonly value: unknown;
  readonly default: unknown;
  readonly unit?: string | null;
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
  settings
    .command('set')
    .description('change a setting')
    .argument('<key>')
    .argument('<value>', 'a number, true, false, a text or JSON')
    .action(async (key: string, text: string, _options: unknown, command: Command) => {
      const session = await open(command);
      const value = parseSettingValue(text);
      const changed = await session.api.put<unknown>(`/api/v1/settings/${encodeURIComponent(key)}`, {
        value,
      });
      session.show(changed ?? { key, value }, `${plainText(key)} is now ${plainText(text)}.\n`);
    });
}
