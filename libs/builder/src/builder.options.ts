import { locationProblem } from '@entrepot/ocs-wire';

/** What the program tells the builder: `host[:port]/path`, without a scheme (OCS-PROTOCOL.md §2.5, PACK_LOC). */
export interface BuilderOptions {
  /** Where https answers: agents get the fragments of HTTPS packages there. */
  readonly infoLocation: string;
  /** Where http answers: agents get the fragments of all other packages there. */
  readonly fragmentLocation: string;
  /** Bytes that uploads and packages may take together; null: no limit. */
  readonly quotaBytes: number | null;
  /** Where clamd listens: `host:port` or the path of its socket; null: archives are not scanned. */
  readonly virusScanner: string | null;
}

/** Token of the {@link BuilderOptions}. */
export const BUILDER_OPTIONS = Symbol('BUILDER_OPTIONS');

/** @throws Error naming the option that is no location */
export function checkOptions(options: BuilderOptions): BuilderOptions {
  for (const key of ['infoLocation', 'fragmentLocation'] as const) {
    const problem = locationProblem(options[key]);
    if (problem !== null) throw new Error(`BuilderModule: ${key} "${options[key]}" ${problem}`);
  }
  return options;
}
