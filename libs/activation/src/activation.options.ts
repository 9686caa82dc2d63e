import { locationProblem } from '@entrepot/ocs-wire';

/** Where agents find packages when an activation says nothing else: `host[:port]/path` without scheme. */
export interface ActivationOptions {
  /** Asked over https: `https://<infoLocation>/<file id>/info`. */
  readonly infoLocation: string;
  /** Asked over http or https, as the package says: `…/<file id>/<file id>-<n>`. */
  readonly fragmentLocation: string;
  /** PEM file with the authority that agents trust; null: the usual ones. For checking info locations. */
  readonly caFile: string | null;
}

/** Token of the module's {@link ActivationOptions}. */
export const ACTIVATION_OPTIONS = Symbol('ACTIVATION_OPTIONS');

/** @throws Error naming the option that is no location */
export function checkOptions(options: ActivationOptions): ActivationOptions {
  for (const key of ['infoLocation', 'fragmentLocation'] as const) {
    const problem = locationProblem(options[key]);
    if (problem !== null) throw new Error(`ActivationModule: ${key} "${options[key]}" ${problem}`);
  }
  return options;
}
