import type { Command } from 'commander';
import type { OpenSession } from '../program.js';
import { formatTable } from '../table.js';
import { describe, type MergeView } from './merges.js';

interface DuplicateView {
  readonly id: string;
  readonly older: MergeView['survivor'];
  readonly newer: MergeView['survivor'];
  readonly score: number;
  readonly state: string;
}

export function addDuplicates(program: Command, open: OpenSession): void {
  const list = async (options: { readonly state?: string }, command: Command): Promise<void> => {
    const session = await open(command);
    const items = await session.api.all<DuplicateView>('/api/v1/duplicates', { state: options.state });
    const rows = items.map((pair) => [pair.older.name, pair.newer.name, pair.score, pair.state, pair.id]);
    session.show(items, formatTable(['DEVICE', 'AND', 'SCORE', 'STATE', 'ID'], rows));
  };
  const duplicates = program
    .command('duplicates')
    .description('list devices that may be the same machine')
    .action(list);
  duplicates
    .command('list')
    .description('the same')
    .option('--state <state>', 'open, merged or dismissed', 'open')
    .action(list);
  duplicates
    .command('merge')
    .description('make one device of two; "entrepot merges undo" takes it back')
    .argument('<pair>', 'id, as "duplicates list" shows it')
    .action(async (id: string, _options: unknown, command: Command) => {
      const session = await open(command);
      const merge = await session.api.post<MergeView>(`/api/v1/duplicates/${encodeURIComponent(id)}/merge`);
      session.show(
        merge,
        `Both are ${describe(merge.survivor)} now. Back: entrepot merges undo ${merge.id}\n`,
      );
    });
  duplicates
    .command('dismiss')
    .description('say that the two are different machines')
    .argument('<pair>', 'id, as "duplicates list" shows it')
    .action(async (id: string, _options: unknown, command: Command) => {
      const session = await open(command);
      const pair = await session.api.post<DuplicateView>(
        `/api/v1/duplicates/${encodeURIComponent(id)}/dismiss`,
      );
      session.show(pair, `${describe(pair.older)} and ${describe(pair.newer)} stay two devices.\n`);
    });
}
