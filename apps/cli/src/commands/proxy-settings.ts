import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Option, type Command } from 'commander';
import { findProxy, PROXIES_PATH } from '../find-proxy.js';
import type { OpenSession } from '../program.js';
import { plainText } from '../table.js';

interface AgentSettings {
  readonly files: readonly { readonly name: string; readonly place: string; readonly content: string }[];
  readonly notes: readonly { readonly en: string }[];
  readonly caUrl: string;
}

interface SettingsOptions {
  readonly os: string;
  readonly agentServer?: string;
  readonly output?: string;
}

export function addProxySettings(proxies: Command, open: OpenSession): void {
  proxies
    .command('settings')
    .description('write what machines need to use a proxy cache')
    .argument('<proxy>', 'name or id')
    .addOption(
      new Option('--os <system>', 'of the machines')
        .choices(['windows', 'linux', 'macos'])
        .makeOptionMandatory(),
    )
    .option('--agent-server <url>', 'URL that agents report to, unless it is the usual one')
    .option('--output <folder>', 'where the files go; without it they are shown')
    .action(async (text: string, { os, agentServer, output }: SettingsOptions, command: Command) => {
      const session = await open(command);
      const { id } = await findProxy(session.api, text);
      const query = { os, server: agentServer };
      const settings = await session.api.get<AgentSettings>(`${PROXIES_PATH}/${id}/agent-settings`, query);
      if (output !== undefined) await writeFiles(settings, output);
      for (const note of settings.notes) session.note(plainText(note.en));
      session.show(settings, formatSettings(settings, output));
    });
}

async function writeFiles({ files }: AgentSettings, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { name, content } of files) await writeFile(join(folder, basename(name)), content);
}

function formatSettings({ files, caUrl }: AgentSettings, folder: string | undefined): string {
  const parts = files.map(({ name, place, content }) =>
    folder === undefined
      ? `# ${plainText(place)}\n${content.split(/\r?\n/).map(plainText).join('\n').trimEnd()}\n\n`
      : `${plainText(join(folder, basename(name)))} belongs to ${plainText(place)}\n`,
  );
  return `${parts.join('')}The certificate that info files are verified with: ${plainText(caUrl)}\n`;
}
