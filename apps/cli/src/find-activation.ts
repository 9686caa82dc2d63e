import type { Api } from './api.js';
import { Failure } from './failure.js';
import { packageLabel, type PackageView } from './find-package.js';
import type { Session } from './session.js';
import { plainText } from './table.js';

/** What commands read of an activation. */
export interface ActivationPlace {
  readonly id: string;
  readonly infoLocation: string;
  readonly fragmentLocation: string;
}

/** The activations of a package that are in force, newest first. */
export function activationsOf<Place extends ActivationPlace>(api: Api, packageId: string): Promise<Place[]> {
  return api.all<Place>('/api/v1/activations', { packageId });
}

/**
 * The id of the newest activation of a package; says so when there are others.
 * @throws Failure when it has none
 */
export async function newestActivation(session: Session, found: PackageView): Promise<string> {
  const [newest, ...others] = await activationsOf(session.api, found.id);
  const label = packageLabel(found);
  if (newest === undefined)
    throw new Failure(`Package ${label} is not activated: run "entrepot activate ${label}" first.`);
  if (others.length > 0)
    session.note(
      `${label} has ${others.length + 1} activations; the newest is taken, at ${plainText(newest.infoLocation)} (info) and ${plainText(newest.fragmentLocation)} (fragments). "entrepot activations ${label}" lists them.`,
    );
  return newest.id;
}
