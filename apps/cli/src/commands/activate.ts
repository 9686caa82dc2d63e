import type { Command } from 'commander';
import type { Api } from '../api.js';
import { Failure } from '../failure.js';
import { findPackage } from '../find-package.js';
import type { OpenSession } from '../program.js';
import type { Session } from '../session.js';
import { pause } from '../wait.js';

/** The news that a package is built reaches the activation service a moment after the builder's own answer. */
const NEWS_TRIES = 25;
const NEWS_PAUSE_MS = 200;

interface ActivateOptions {
  readonly infoLocation?: string;
  readonly fragmentLocation?: string;
}

export interface ActivationView {
  readonly id: string;
  readonly infoLocation: string;
  readonly fragmentLocation: string;
  readonly warnings?: readonly string[];
}

export function addActivate(program: Command, open: OpenSession): void {
  program
    .command('activate')
    .description('make a built package available to agents')
    .argument('<package>', 'name, file id or id')
    .option(
      '--info-location <location>',
      'host[:port]/path of the info file, without scheme (default: this server)',
    )
    .option('--fragment-location <location>', 'host[:port]/path of the fragments (default: this server)')
    .action(async (text: string, options: ActivateOptions, command: Command) =>
      activate(await open(command), text, options),
    );
}

async function activate(session: Session, text: string, options: ActivateOptions): Promise<void> {
  const { api } = session;
  const found = await findPackage(api, text);
  const { infoLocation, fragmentLocation } = options;
  const request = { packageId: found.id, infoLocation, fragmentLocation };
  try {
    const made = await postWhenKnown(api, request, found.state === 'built');
    for (const warning of made.warnings ?? []) session.terminal.err(`Warning: ${warning}\n`);
    session.show(
      made,
      `Package ${found.name} is activated at ${made.infoLocation} (info) and ${made.fragmentLocation} (fragments).\n`,
    );
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'ACTIVATION_ALREADY_EXISTS') throw error;
    const existing = await api.get<ActivationView>(
      `/api/v1/activations/${encodeURIComponent(String(error.document['activationId']))}`,
    );
    session.show(existing, `Package ${found.name} was activated there already.\n`);
  }
}

async function postWhenKnown(api: Api, request: unknown, built: boolean): Promise<ActivationView> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await api.post<ActivationView>('/api/v1/activations', request);
    } catch (error) {
      const notYet = error instanceof Failure && error.code === 'ACTIVATION_PACKAGE_NOT_BUILT';
      if (!notYet || !built || tries === NEWS_TRIES) throw error;
      await pause(NEWS_PAUSE_MS);
    }
  }
}
