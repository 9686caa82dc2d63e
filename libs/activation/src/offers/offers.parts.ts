import type { ModuleParts } from '@entrepot/platform-database';
import { ActivationRpcController } from './activation-rpc.controller.js';
import { OfferRepository } from './offer.repository.js';
import { PackagesForDevice } from './packages-for-device.js';

/** What a PROLOG reply lists, and the other calls that this context answers. */
export const offersParts: ModuleParts = {
  controllers: [],
  providers: [PackagesForDevice, OfferRepository, ActivationRpcController],
};
