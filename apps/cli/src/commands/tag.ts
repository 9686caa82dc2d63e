import type { Command } from 'commander';
import { findDeviceId } from '../find-device.js';
import type { OpenSession } from '../program.js';
import { plainText } from '../table.js';

export function addTag(program: Command, open: OpenSession): void {
  program
    .command('tag')
    .description('set the TAG of a device; its agent learns it with the next inventory')
    .argument('<device>', 'id or name')
    .argument('<value>')
    .action(async (text: string, tag: string, _options: unknown, command: Command) => {
      const session = await open(command);
      const id = await findDeviceId(session.api, text);
      const fields = await session.api.put<unknown>(`/api/v1/devices/${id}/account-fields`, { TAG: tag });
      session.show({ id, accountFields: fields }, `TAG of ${plainText(text)} is now ${plainText(tag)}.\n`);
    });
}
