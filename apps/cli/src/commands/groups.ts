import type { Command } from 'commander';
import { findGroupId, type GroupView } from '../find-group.js';
import { formatDevices } from '../device-table.js';
import type { DeviceView } from '../find-device.js';
import type { OpenSession } from '../program.js';
import { formatTable } from '../table.js';
import { addGroupCreate } from './group-create.js';
import { addGroupMembers } from './group-members.js';

export function addGroups(program: Command, open: OpenSession): void {
  const list = async (_options: unknown, command: Command): Promise<void> => {
    const session = await open(command);
    const items = await session.api.all<GroupView>('/api/v1/groups');
    const rows = items.map((group) => [group.name, group.kind, group.members, group.description, group.id]);
    session.show(items, formatTable(['NAME', 'KIND', 'MEMBERS', 'DESCRIPTION', 'ID'], rows));
  };
  const groups = program.command('groups').description('list groups of devices').action(list);
  groups.command('list').description('the same').action(list);
  addGroupCreate(groups, open);
  addGroupMembers(groups, open);
  groups
    .command('members')
    .description('list the members of a group')
    .argument('<group>', 'name or id')
    .action(async (text: string, _options: unknown, command: Command) => {
      const session = await open(command);
      const id = await findGroupId(session.api, text);
      const members = await session.api.all<DeviceView>(`/api/v1/groups/${id}/members`);
      session.show(members, formatDevices(members));
    });
}
