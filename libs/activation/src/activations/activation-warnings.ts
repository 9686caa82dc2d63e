import type { ActivationOptions } from '../activation.options.js';
import type { PackageEntity } from '../packages/package.entity.js';

/** Where agents find the fragments of a package unless its activation says otherwise. */
export function defaultFragmentLocation(
  { protocol }: Pick<PackageEntity, 'protocol'>,
  defaults: ActivationOptions,
): string {
  return protocol === 'HTTPS' ? defaults.infoLocation : defaults.fragmentLocation;
}

/** What an activation's locations cannot do for its package, in words. */
export function activationWarnings(
  activation: Pick<PackageEntity, 'operatingSystem' | 'protocol'> & { readonly fragmentLocation: string },
  defaults: ActivationOptions,
): string[] {
  const { operatingSystem, fragmentLocation } = activation;
  const usual = defaultFragmentLocation(activation, defaults);
  // AGENT-BEHAVIOUR.md, finding 3: PACK_LOC of the info file wins over that of the PROLOG.
  if (operatingSystem === 'windows' || fragmentLocation === usual) return [];
  return [
    `Linux and macOS agents fetch the fragments from ${usual}, which the info file names, not from ${fragmentLocation}.`,
  ];
}
