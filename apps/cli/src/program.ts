import { Command } from 'commander';
import { addAccountFields } from './commands/account-fields.js';
import { addActivate } from './commands/activate.js';
import { addAssign } from './commands/assign.js';
import { addDevice } from './commands/device.js';
import { addDevices } from './commands/devices.js';
import { addDuplicates } from './commands/duplicates.js';
import { addGroups } from './commands/groups.js';
import { addLogin } from './commands/login.js';
import { addMerges } from './commands/merges.js';
import { addPackageCreate } from './commands/package-create.js';
import { addPackages } from './commands/packages.js';
import { addSearches } from './commands/searches.js';
import { addSettings } from './commands/settings.js';
import { addSoftware } from './commands/software.js';
import { addStatus } from './commands/status.js';
import { addTag } from './commands/tag.js';
import type { ExitCode } from './failure.js';
import { DEFAULT_SERVER } from './server-url.js';
import { openSession, type Session } from './session.js';
import type { Terminal } from './terminal.js';

/** Opens the session that a command runs in. */
export type OpenSession = (command: Command) => Promise<Session>;

/**
 * All commands.
 * @param ended where a command that did its work leaves another exit code than 0
 */
export function buildProgram(terminal: Terminal, ended: { code: ExitCode }): Command {
  const program = new Command('entrepot')
    .description('Inventory and package deployment from the command line.')
    .option('--server <url>', `address of the server (else ENTREPOT_URL, else ${DEFAULT_SERVER})`)
    .option('--json', 'print results as JSON, for scripts')
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.err(text) });
  const open: OpenSession = (command) => openSession(terminal, command);
  addLogin(program, open);
  addDevices(program, open);
  addDevice(program, open);
  addTag(program, open);
  addAccountFields(program, open);
  addGroups(program, open);
  addSearches(program, open);
  addSoftware(program, open);
  addDuplicates(program, open);
  addMerges(program, open);
  addPackages(program, open);
  addPackageCreate(program, open);
  addActivate(program, open);
  addAssign(program, open);
  addStatus(program, open, ended);
  addSettings(program, open);
  return program;
}
