import { defineErrors } from '@entrepot/kernel';

/** The catalogue of the inventory context. */
export const INVENTORY_ERRORS = defineErrors({
  INVENTORY_DEVICE_NOT_FOUND: ['not-found', 'No such device'],
  INVENTORY_ACCOUNT_FIELD_UNKNOWN: ['invalid', 'No such account field'],
  INVENTORY_SETTING_NOT_FOUND: ['not-found', 'No such setting'],
  INVENTORY_SETTING_INVALID: ['invalid', 'The value does not suit the setting'],
  INVENTORY_AGENT_REFUSED: ['invalid', 'This agent is not on the list of allowed agents'],
  INVENTORY_BUSY: ['unavailable', 'Too many agents at once'],
});
