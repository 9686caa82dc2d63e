import type { Command } from 'commander';
import { formatByteSize } from '../byte-size.js';
import { byteSize, wholeNumber } from '../options.js';
import type { OpenSession } from '../program.js';
import { formatTable, plainText } from '../table.js';

const PARALLEL_MAX = 100_000;

interface LimitView {
  readonly id: string;
  readonly network: string;
  readonly maxParallel: number | null;
  readonly bytesPerSecond: number | null;
  readonly description: string;
}

interface LimitOptions {
  readonly parallel?: number;
  readonly speed?: number;
  readonly description?: string;
}

const PATH = '/api/v1/download-limits';

export function addLimits(program: Command, open: OpenSession): void {
  const list = async (_options: unknown, command: Command): Promise<void> => {
    const session = await open(command);
    const items = await session.api.all<LimitView>(PATH);
    const rows = items.map(({ network, maxParallel, bytesPerSecond, description, id }) => [
      ...[network, maxParallel],
      bytesPerSecond === null ? null : `${formatByteSize(bytesPerSecond)}/s`,
      ...[description, id],
    ]);
    session.show(items, formatTable(['NETWORK', 'PARALLEL', 'SPEED', 'DESCRIPTION', 'ID'], rows));
  };
  const limits = program
    .command('limits')
    .description('list what networks may download at once')
    .action(list);
  limits.command('list').description('the same').action(list);
  limits
    .command('add')
    .description('limit what a network may download at once')
    .argument('<network>', 'such as 10.1.0.0/16')
    .option('--parallel <number>', 'fragments at the same time', wholeNumber(1, PARALLEL_MAX))
    .option('--speed <size>', 'of all downloads together in a second, such as 2M', byteSize)
    .option('--description <text>')
    .action(async (network: string, { parallel, speed, description }: LimitOptions, command: Command) => {
      const session = await open(command);
      const body = { network, maxParallel: parallel, bytesPerSecond: speed, description };
      const made = await session.api.post<LimitView>(PATH, body);
      session.show(made, `Downloads of ${plainText(made.network)} are limited.\n`);
    });
  limits
    .command('remove')
    .description('take a limit away')
    .argument('<limit>', 'id, as "limits" shows it')
    .action(async (id: string, _options: unknown, command: Command) => {
      const session = await open(command);
      await session.api.delete(`${PATH}/${encodeURIComponent(id)}`);
      session.show({ id }, 'The limit is gone.\n');
    });
}
