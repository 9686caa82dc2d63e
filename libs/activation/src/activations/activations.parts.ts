import type { ModuleParts } from '@entrepot/platform-database';
import { ActivatePackage } from './activate-package.js';
import { ActivationCheckRepository } from './activation-check.repository.js';
import { ActivationRepository } from './activation.repository.js';
import { ActivationsController } from './activations.controller.js';
import { CheckActivation } from './check-activation.js';
import { CheckLiveActivations } from './check-live-activations.js';
import { CheckLocations } from './check-locations.js';
import { ListActivations } from './list-activations.js';
import { PlanActivation } from './plan-activation.js';
import { WithdrawActivation } from './withdraw-activation.js';
import { WithdrawPackage } from './withdraw-package.js';

/** Activations: made, checked, listed and taken back. */
export const activationsParts: ModuleParts = {
  controllers: [ActivationsController],
  providers: [
    ...[PlanActivation, ActivatePackage, WithdrawActivation, WithdrawPackage],
    ...[CheckLocations, CheckActivation, CheckLiveActivations],
    ...[ListActivations, ActivationRepository, ActivationCheckRepository],
  ],
};
