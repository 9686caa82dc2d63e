import type { ModuleParts } from '@entrepot/platform-database';
import { ActivatePackage } from './activate-package.js';
import { ActivationRepository } from './activation.repository.js';
import { ActivationsController } from './activations.controller.js';
import { ListActivations } from './list-activations.js';
import { WithdrawActivation } from './withdraw-activation.js';
import { WithdrawPackage } from './withdraw-package.js';

/** Activations: made, checked, listed and taken back. */
export const activationsParts: ModuleParts = {
  controllers: [ActivationsController],
  providers: [ActivatePackage, WithdrawActivation, WithdrawPackage, ListActivations, ActivationRepository],
};
