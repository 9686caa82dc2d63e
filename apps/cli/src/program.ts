import { Command } from 'commander';
import { addAccountFields } from './commands/account-fields.js';
import { addActivate } from './commands/activate.js';
import { addActivations } from './commands/activations.js';
import { addArchive } from './commands/archive.js';
import { addAssign } from './commands/assign.js';
import { addDeliveries } from './commands/deliveries.js';
import { addDevice } from './commands/device.js';
import { addDevices } from './commands/devices.js';
import { addDuplicates } from './commands/duplicates.js';
import { addEstimate } from './commands/estimate.js';
import { addGroups } from './commands/groups.js';
import { addLimits } from './commands/limits.js';
import { addLogin } from './commands/login.js';
import { addMerges } from './commands/merges.js';
import { addPackage } from './commands/package.js';
import { addPackages } from './commands/packages.js';
import { addProxies } from './commands/proxies.js';
import { addRetryPolicy } from './commands/retry-policy.js';
import { addRules } from './commands/rules.js';
import { addSearches } from './commands/searches.js';
import { addSets } from './commands/sets.js';
import { addSettings } from './commands/settings.js';
import { addSoftware } from './commands/software.js';
import { addStatistics } from './commands/statistics.js';
import { addStatus } from './commands/status.js';
import { addTag } from './commands/tag.js';
import { addTemplates } from './commands/templates.js';
import { addUnassign } from './commands/unassign.js';
import { addVerify } from './commands/verify.js';
import { addWindows } from './commands/windows.js';
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
  addSettings(program, open);
  addPackageCommands(program, open, ended);
  return program;
}

function addPackageCommands(program: Command, open: OpenSession, ended: { code: ExitCode }): void {
  addPackages(program, open);
  addPackage(program, open);
  addTemplates(program, open);
  addEstimate(program, open);
  addActivate(program, open);
  addActivations(program, open);
  addAssign(program, open);
  addUnassign(program, open);
  addRules(program, open);
  addSets(program, open);
  addStatus(program, open, ended);
  addDeliveries(program, open);
  addStatistics(program, open);
  addArchive(program, open);
  addRetryPolicy(program, open);
  addVerify(program, open, ended);
  addWindows(program, open);
  addLimits(program, open);
  addProxies(program, open);
}
