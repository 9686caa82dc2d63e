import { locationProblem } from '@entrepot/ocs-wire';

/** What the program tells this context. */
export interface FragmentsOptions {
  /** Where https answers: `host[:port]/path` without scheme. */
  readonly infoLocation: string;
  /** Where http answers, likewise. */
  readonly fragmentLocation: string;
  /** Internal location by which nginx serves the objects of a folder that it shares with us; null: we serve them. */
  readonly acceleratedPrefix: string | null;
  /** Days in which everything stored is read again. */
  readonly scrubDays: number;
  /** Days that fragments of a deleted package stay for agents that were told of it. */
  readonly keepDeletedDays: number;
  /** URLs below which other servers have `<file id>/<file>`, without a slash at their end. */
  readonly repairSources: readonly string[];
}

/** Token of the module's {@link FragmentsOptions}. */
export const FRAGMENTS_OPTIONS = Symbol('FRAGMENTS_OPTIONS');

/** @throws Error naming the option that is no location */
export function checkOptions(options: FragmentsOptions): FragmentsOptions {
  for (const key of ['infoLocation', 'fragmentLocation'] as const) {
    const problem = locationProblem(options[key]);
    if (problem !== null) throw new Error(`FragmentsModule: ${key} "${options[key]}" ${problem}`);
  }
  return options;
}
