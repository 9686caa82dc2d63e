import { defineErrors } from '@entrepot/kernel';

/** What can go wrong between two programs; everything else comes from the other side's own catalogue. */
export const ERRORS = defineErrors({
  RPC_UNAVAILABLE: ['unavailable', 'Another part of the system cannot be reached'],
  RPC_DEADLINE_EXCEEDED: ['unavailable', 'Another part of the system did not answer in time'],
  RPC_MESSAGE_TOO_LARGE: ['too-large', 'A message between two parts of the system is too large'],
  RPC_CANCELLED: ['unavailable', 'The caller gave up before the call was complete'],
  RPC_INTERNAL: ['internal', 'Another part of the system failed'],
});
