import type { Command } from 'commander';
import { findDeviceId } from '../find-device.js';
import { findGroupId } from '../find-group.js';
import type { OpenSession } from '../program.js';
import type { Session } from '../session.js';

interface MembersChanged {
  readonly added: number;
  readonly removed: number;
}

interface ChosenMembers {
  readonly path: string;
  readonly deviceIds: readonly string[];
}

/** Adds `groups add` and `groups remove`. */
export function addGroupMembers(groups: Command, open: OpenSession): void {
  groups
    .command('add')
    .description('put devices into a group')
    .argument('<group>', 'name or id')
    .argument('<device...>', 'ids or names')
    .option('--exclude', 'keep them out of a dynamic group, whatever its criteria say')
    .action(
      async (group: string, devices: string[], options: { readonly exclude?: boolean }, command: Command) => {
        const session = await open(command);
        const { path, deviceIds } = await choose(session, group, devices);
        const origin = options.exclude === true ? 'excluded' : 'included';
        show(session, await session.api.post<MembersChanged>(path, { deviceIds, origin }));
      },
    );
  groups
    .command('remove')
    .description('take devices out of a group; in a dynamic one, its criteria decide again')
    .argument('<group>', 'name or id')
    .argument('<device...>', 'ids or names')
    .action(async (group: string, devices: string[], _options: unknown, command: Command) => {
      const session = await open(command);
      const { path, deviceIds } = await choose(session, group, devices);
      show(session, await session.api.delete<MembersChanged>(path, { deviceIds }));
    });
}

async function choose({ api }: Session, group: string, devices: readonly string[]): Promise<ChosenMembers> {
  const path = `/api/v1/groups/${await findGroupId(api, group)}/members`;
  const deviceIds = [];
  for (const device of devices) deviceIds.push(await findDeviceId(api, device));
  return { path, deviceIds };
}

function show(session: Session, changed: MembersChanged): void {
  session.show(changed, `Members: ${changed.added} more, ${changed.removed} fewer.\n`);
}
