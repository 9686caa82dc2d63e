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
  ACTIVATION_CHECK_FAILED: ['conflict', 'Agents could not use these locations'],
  ACTIVATION_PACKAGE_DELETED: ['conflict', 'The package was deleted'],
  ACTIVATION_PACKAGE_DAMAGED: ['conflict', 'Stored bytes of the package are damaged'],
  ACTIVATION_ARCHIVE_NOT_FOUND: ['not-found', 'No such archive of deliveries'],
  ACTIVATION_ARCHIVE_EMPTY: ['conflict', 'There is no delivery to put away'],
  ACTIVATION_ARCHIVE_RESTORED: ['conflict', 'The archive was restored already'],
  ACTIVATION_TARGET_UNKNOWN: ['invalid', 'Some of the groups or saved searches do not exist'],
  ACTIVATION_ORDER_INVALID: ['invalid', 'A package cannot come after itself'],
  ACTIVATION_RULE_NOT_FOUND: ['not-found', 'No such assignment rule'],
  ACTIVATION_SET_NOT_FOUND: ['not-found', 'No such package set'],
  ACTIVATION_SET_NAME_TAKEN: ['conflict', 'Another package set has this name'],
  ACTIVATION_SET_PACKAGE_UNKNOWN: ['invalid', 'Some of the packages are not built, or were deleted'],
  ACTIVATION_SET_NOT_ACTIVATED: ['conflict', 'Some packages of the set have no activation in force'],
  ACTIVATION_RETRY_POLICY_NOT_FOUND: ['not-found', 'The package has no retry policy'],
});
