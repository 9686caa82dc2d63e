import type { ActivationOptions } from '../activation.options.js';
import type { PackageEntity } from '../packages/package.entity.js';
import type { Locations } from './check-locations.js';

/** Where agents find the fragments of a package unless its activation says otherwise. */
export function defaultFragmentLocation(
  { protocol }: Pick<PackageEntity, 'protocol'>,
  defaults: ActivationOptions,
): string {
  return protocol === 'HTTPS' ? defaults.infoLocation : defaults.fragmentLocation;
}

/** What an activation's locations cannot do for its package, in words. */
export function activationWarnings(
  activation: Pick<PackageEntity, 'operatingSystem' | 'protocol'> & Locations,
  defaults: ActivationOptions,
): string[] {
  const { operatingSystem, infoLocation, fragmentLocation } = activation;
  const usual = defaultFragmentLocation(activation, defaults);
  // AGENT-BEHAVIOUR.md, finding 3: PACK_LOC of the info file wins over that of the PROLOG. This server writes the right
  // one into the info file that it serves; another place has the file as it was published.
  if (operatingSystem === 'windows' || fragmentLocation === usual || infoLocation === defaults.infoLocation)
    return [];
  return [
    `Linux and macOS agents fetch the fragments from ${usual}, which the info file at ${infoLocation} names, not from ${fragmentLocation}.`,
  ];
}
