import { defineErrors } from '@entrepot/kernel';

/** What can go wrong in this context; the codes are stable. */
export const ERRORS = defineErrors({
  ACTIVATION_PACKAGE_NOT_BUILT: ['conflict', 'The package is not built (yet)'],
  ACTIVATION_PACKAGE_NOT_FOUND: ['not-found', 'No such built package'],
  ACTIVATION_ALREADY_EXISTS: ['conflict', 'The package is already activated at these locations'],
  ACTIVATION_NOT_FOUND: ['not-found', 'No such activation'],
  ACTIVATION_DEVICE_UNKNOWN: ['invalid', 'Some of the devices do not exist'],
  ACTIVATION_ASSIGNMENT_NOT_FOUND: ['not-found', 'No such assignment'],
  ACTIVATION_DELIVERY_NOT_FOUND: ['not-found', 'No such delivery'],
});
