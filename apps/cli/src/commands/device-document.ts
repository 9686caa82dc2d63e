import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { findDeviceId } from '../find-device.js';
import type { OpenSession } from '../program.js';
import { plainText } from '../table.js';

export function addDeviceDocument(device: Command, open: OpenSession): void {
  device
    .command('document')
    .description('write the last inventory that changed something, as the agent sent it (XML)')
    .argument('<device>', 'id or name')
    .option('--output <file>', 'where to; without it, standard output')
    .action(async (text: string, { output }: { readonly output?: string }, command: Command) => {
      const session = await open(command);
      const id = await findDeviceId(session.api, text);
      const document = await session.api.download(`/api/v1/devices/${id}/document`);
      if (output === undefined) return session.terminal.out(document);
      await writeFile(output, document);
      session.show({ file: output, bytes: document.length }, `Written to ${plainText(output)}.\n`);
    });
}
