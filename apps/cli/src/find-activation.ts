import type { Api } from './api.js';
import { Failure } from './failure.js';
import { packageLabel, type PackageView } from './find-package.js';

/**
 * The id of the newest activation of a package.
 * @throws Failure when it has none
 */
export async function newestActivation(api: Api, found: PackageView): Promise<string> {
  const [newest] = await api.all<{ readonly id: string }>('/api/v1/activations', { packageId: found.id });
  if (newest !== undefined) return newest.id;
  const label = packageLabel(found);
  throw new Failure(`Package ${label} is not activated: run "entrepot activate ${label}" first.`);
}
