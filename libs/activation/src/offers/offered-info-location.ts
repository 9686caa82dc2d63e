import type { ActivationOptions } from '../activation.options.js';
import { defaultFragmentLocation } from '../activations/activation-warnings.js';
import type { OfferCandidate } from './choose-offers.js';

type Offer = Pick<
  OfferCandidate,
  'activationId' | 'infoLocation' | 'fragmentLocation' | 'protocol' | 'ticket'
>;

/**
 * The INFO_LOC that the device is told. On this server it has the delivery's ticket, so that whoever fetches the info
 * file is known; and the activation where its fragments are not at the usual place, since the info file of Linux and
 * macOS packages must name theirs.
 */
export function offeredInfoLocation(offer: Offer, defaults: ActivationOptions): string {
  const { activationId, infoLocation, fragmentLocation, ticket } = offer;
  if (ticket === null || infoLocation !== defaults.infoLocation) return infoLocation;
  const location = `${infoLocation}/i/${ticket}`;
  return fragmentLocation === defaultFragmentLocation(offer, defaults)
    ? location
    : `${location}.${activationId}`;
}
