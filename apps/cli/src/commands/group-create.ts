import { Option, type Command } from 'commander';
import { findDeviceId } from '../find-device.js';
import type { GroupView } from '../find-group.js';
import type { OpenSession } from '../program.js';
import { readCriteria } from '../read-criteria.js';
import { plainText } from '../table.js';

interface CreateOptions {
  readonly description?: string;
  readonly kind?: string;
  readonly criteria?: string;
  readonly device?: readonly string[];
}

export function addGroupCreate(groups: Command, open: OpenSession): void {
  groups
    .command('create')
    .description('make a group of devices, or of whatever fits criteria')
    .argument('<name>')
    .option('--description <text>', 'what it is for (default: its name)')
    .addOption(
      new Option('--kind <kind>', 'default: dynamic with criteria, else static').choices([
        'static',
        'dynamic',
        'redistribution',
      ]),
    )
    .option('--criteria <file>', 'what its members are, in a JSON file, or "-" for standard input')
    .option('--device <device...>', 'ids or names of its first members')
    .action(async (name: string, options: CreateOptions, command: Command) => {
      const session = await open(command);
      const criteria =
        options.criteria === undefined ? undefined : await readCriteria(session.terminal, options.criteria);
      const kind = options.kind ?? (criteria === undefined ? 'static' : 'dynamic');
      const deviceIds = [];
      for (const device of options.device ?? []) deviceIds.push(await findDeviceId(session.api, device));
      const created = await session.api.post<GroupView>('/api/v1/groups', {
        name,
        description: options.description ?? name,
        kind,
        // Criteria of a group that is not dynamic choose its first members.
        ...(kind === 'dynamic' ? { criteria } : { search: criteria }),
        ...(deviceIds.length > 0 && { deviceIds }),
      });
      session.show(
        created,
        `Group ${plainText(created.name)} (${created.kind}) has ${created.members} members: ${created.id}\n`,
      );
    });
}
