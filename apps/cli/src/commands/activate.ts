import type { Command } from 'commander';
import type { Api } from '../api.js';
import { Failure } from '../failure.js';
import { findPackage, packageLabel, PACKAGE_ARGUMENT } from '../find-package.js';
import type { OpenSession } from '../program.js';
import type { Session } from '../session.js';
import { plainText } from '../table.js';
import { pause } from '../wait.js';

/** The news that a package is built reaches the activation service a moment after the builder's own answer. */
const NEWS_TRIES = 25;
const NEWS_PAUSE_MS = 200;

interface ActivateOptions {
  readonly infoLocation?: string;
  readonly fragmentLocation?: string;
  readonly force?: boolean;
}

/** What a check of a location found. */
interface Finding {
  readonly text: { readonly en: string };
}

export interface ActivationView {
  readonly id: string;
  readonly infoLocation: string;
  readonly fragmentLocation: string;
  readonly warnings?: readonly string[];
  readonly checks?: readonly {
    readonly problems: readonly Finding[];
    readonly warnings: readonly Finding[];
  }[];
}

export function addActivate(program: Command, open: OpenSession): void {
  program
    .command('activate')
    .description('make a built package available to agents')
    .argument('<package>', PACKAGE_ARGUMENT)
    .option(
      '--info-location <location>',
      'host[:port]/path of the info file, without scheme (default: this server)',
    )
    .option('--fragment-location <location>', 'host[:port]/path of the fragments (default: this server)')
    .option('--force', 'also when a check of the locations fails')
    .action(async (text: string, options: ActivateOptions, command: Command) =>
      activate(await open(command), text, options),
    );
}

async function activate(session: Session, text: string, options: ActivateOptions): Promise<void> {
  const { api } = session;
  const found = await findPackage(api, text);
  if (found.state !== 'built')
    throw new Failure(`Package ${packageLabel(found)} is not built but ${plainText(found.state)}.`);
  const { infoLocation, fragmentLocation, force } = options;
  const request = { packageId: found.id, infoLocation, fragmentLocation, force };
  try {
    const made = await postWhenKnown(api, request);
    for (const warning of warningsOf(made)) session.note(`Warning: ${plainText(warning)}`);
    session.show(
      made,
      `Package ${packageLabel(found)} is activated at ${made.infoLocation} (info) and ${made.fragmentLocation} (fragments).\n`,
    );
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'ACTIVATION_ALREADY_EXISTS') throw error;
    const existing = await api.get<ActivationView>(
      `/api/v1/activations/${encodeURIComponent(String(error.document['activationId']))}`,
    );
    session.show(existing, `Package ${packageLabel(found)} was activated there already.\n`);
  }
}

function warningsOf({ warnings = [], checks = [] }: ActivationView): string[] {
  const found = checks.flatMap((check) => [...check.problems, ...check.warnings]);
  return [...warnings, ...found.map(({ text }) => text.en)];
}

async function postWhenKnown(api: Api, request: unknown): Promise<ActivationView> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await api.post<ActivationView>('/api/v1/activations', request);
    } catch (error) {
      const notYet = error instanceof Failure && error.code === 'ACTIVATION_PACKAGE_NOT_BUILT';
      if (!notYet || tries === NEWS_TRIES) throw error;
      await pause(NEWS_PAUSE_MS);
    }
  }
}
