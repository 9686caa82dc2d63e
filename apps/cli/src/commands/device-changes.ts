import type { Command } from 'commander';
import type { Page } from '../api.js';
import { findDeviceId } from '../find-device.js';
import { wholeNumber } from '../options.js';
import type { OpenSession } from '../program.js';
import { plainText } from '../table.js';
import { formatTime } from '../time.js';

type Row = Readonly<Record<string, unknown>>;

interface SectionChange {
  readonly section: string;
  readonly at: string;
  readonly addedCount: number;
  readonly removedCount: number;
  readonly added: readonly Row[];
  readonly removed: readonly Row[];
}

interface ChangesOptions {
  readonly section?: string;
  readonly limit: number;
}

export function addDeviceChanges(device: Command, open: OpenSession): void {
  device
    .command('changes')
    .description('show what came (+) and went (-) with the inventories of a device, newest first')
    .argument('<device>', 'id or name')
    .option('--section <name>', 'only of this section, such as SOFTWARES')
    .option('--limit <number>', 'so many changes at the most', wholeNumber(1, 100), 20)
    .action(async (text: string, { section, limit }: ChangesOptions, command: Command) => {
      const session = await open(command);
      const id = await findDeviceId(session.api, text);
      const query = { section, limit };
      const { items } = await session.api.get<Page<SectionChange>>(`/api/v1/devices/${id}/changes`, query);
      session.show(items, items.map(formatChange).join('') || 'Nothing changed.\n');
    });
}

function formatChange({ section, at, addedCount, removedCount, added, removed }: SectionChange): string {
  const lines = [
    ...removed.map((row) => `  - ${describe(row)}`),
    ...more(removedCount - removed.length, '-'),
    ...added.map((row) => `  + ${describe(row)}`),
    ...more(addedCount - added.length, '+'),
  ];
  return [`${formatTime(at)} ${plainText(section)}`, ...lines].map((line) => `${line}\n`).join('');
}

function more(number: number, sign: string): string[] {
  return number > 0 ? [`  ${sign} and ${number} more`] : [];
}

function describe(row: Row): string {
  const values = Object.entries(row).filter(([, value]) => value !== null && value !== '');
  return plainText(values.map(([field, value]) => `${field}=${String(value)}`).join(' '));
}
