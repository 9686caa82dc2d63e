import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { KNOWN_VARIABLES } from '@entrepot/platform-config';
import { removeDirectory, temporaryDirectory } from '@entrepot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../installation/api.js';
import { embeddedProgram, type EmbeddedProgram } from '../installation/embedded-program.js';
import { setQuickDownloads } from '../installation/machine.js';
import { WORKSPACE } from '../installation/program.js';

const run = promisify(execFile);
const readme = await readFile(join(WORKSPACE, 'README.md'), 'utf8');

describe('the configuration table of the README', () => {
  it('lists every variable with its default and its description', () => {
    const rows = KNOWN_VARIABLES.map(({ name, default: value, description }) => {
      const shown = value === undefined ? '' : `\`${value}\` `;
      return `| \`${name}\` | ${shown}| ${description} |`;
    });
    const table = readme.split('\n').filter((line) => /^\| `[A-Z0-9_]+` /.test(line));
    expect(table).toEqual(rows);
  });
});

describe('the links of', () => {
  it.each(['README.md', 'deploy/README.md'])('%s lead to what is there', async (document) => {
    const text = await readFile(join(WORKSPACE, document), 'utf8');
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
    const relative = targets.filter((target) => !/^(?:[a-z]+:|#)/.test(target));
    expect(relative.length).toBeGreaterThan(0);
    const folder = dirname(join(WORKSPACE, document));
    expect(relative.filter((target) => !existsSync(join(folder, target.replace(/#.*/, ''))))).toEqual([]);
  });
});

describe('the tour of the README', () => {
  let directory: string;
  let server: EmbeddedProgram;

  beforeAll(async () => {
    directory = await temporaryDirectory('tour');
    server = await embeddedProgram(directory);
    await server.program.start();
    const adminPassword = (await readFile(join(server.dataDirectory, 'admin-password'), 'utf8')).trim();
    const { httpUrl } = server.program;
    // The tour works with the default latencies too; it only takes half a minute longer.
    await setQuickDownloads(await Api.login({ httpUrl, adminPassword }));
    await agentInPath();
  });

  afterAll(async () => {
    await server.program.stop();
    await removeDirectory(directory);
  });

  /** The real agent and no sudo, with its state kept apart from this machine's own. */
  async function agentInPath(): Promise<void> {
    const bin = join(directory, 'bin');
    await mkdir(bin);
    const state = join(directory, 'agent');
    await mkdir(state);
    const agent = `#!/bin/sh\nexec /usr/bin/ocsinventory-agent --basevardir=${state} "$@" </dev/null | cat\n`;
    await writeFile(join(bin, 'ocsinventory-agent'), agent);
    await writeFile(join(bin, 'sudo'), '#!/bin/sh\nexec "$@"\n');
    for (const name of ['ocsinventory-agent', 'sudo']) await chmod(join(bin, name), 0o755);
  }

  it('works as pasted, line by line, and ends with a package on this machine', async () => {
    const block = /## The tour[\s\S]*?```sh\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    const lines = block.trim().split('\n');
    expect(lines).toHaveLength(5);
    const target = join(directory, 'hello');
    const { dataDirectory } = server;
    const { httpUrl } = server.program;
    let output = '';
    for (const line of lines) {
      const adapted = line
        .replaceAll('http://127.0.0.1:8080', httpUrl)
        .replaceAll('$PWD/.entrepot', dataDirectory)
        .replaceAll('/tmp/hello', target);
      const result = await run('bash', ['-c', adapted], {
        cwd: WORKSPACE,
        env: {
          PATH: `${join(directory, 'bin')}:${process.env['PATH'] ?? ''}`,
          HOME: directory,
          ENTREPOT_URL: httpUrl,
          ENTREPOT_DATA_DIR: dataDirectory,
        },
      });
      output = result.stdout;
    }
    expect(output).toContain('SUCCESS');
    expect(await readFile(join(target, 'README.md'), 'utf8')).toBe(readme);
  });
});
