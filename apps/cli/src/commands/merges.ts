import type { Command } from 'commander';
import type { OpenSession } from '../program.js';
import { formatTable, plainText } from '../table.js';
import { formatTime } from '../time.js';

/** A merge of two devices. */
export interface MergeView {
  readonly id: string;
  readonly survivor: { readonly id: string; readonly name: string };
  readonly absorbed: { readonly id: string; readonly name: string };
  readonly cause: string;
  readonly mergedAt: string;
  readonly undoneAt: string | null;
}

export function addMerges(program: Command, open: OpenSession): void {
  const merges = program
    .command('merges')
    .description('list merges of devices, newest first')
    .action(async (_options: unknown, command: Command) => {
      const session = await open(command);
      const items = await session.api.all<MergeView>('/api/v1/merges');
      const rows = items.map((merge) => [
        formatTime(merge.mergedAt),
        merge.cause,
        merge.survivor.name,
        merge.absorbed.name,
        formatTime(merge.undoneAt),
        merge.id,
      ]);
      session.show(items, formatTable(['MERGED', 'CAUSE', 'DEVICE', 'ABSORBED', 'UNDONE', 'ID'], rows));
    });
  merges
    .command('undo')
    .description('make two devices of one again, each with what was its own')
    .argument('<merge>', 'id, as "merges" shows it')
    .action(async (id: string, _options: unknown, command: Command) => {
      const session = await open(command);
      const merge = await session.api.post<MergeView>(`/api/v1/merges/${encodeURIComponent(id)}/undo`);
      const { survivor, absorbed } = merge;
      session.show(merge, `${describe(survivor)} and ${describe(absorbed)} are two devices again.\n`);
    });
}

/** A device by name and id. */
export function describe(device: MergeView['survivor']): string {
  return `${plainText(device.name)} (${device.id})`;
}
