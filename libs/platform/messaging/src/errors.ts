import { defineErrors } from '@entrepot/kernel';

/** What can go wrong with dead letters; the codes are stable. */
export const ERRORS = defineErrors({
  MESSAGING_DEAD_LETTER_NOT_FOUND: ['not-found', 'No such dead letter'],
  MESSAGING_CONSUMER_GONE: ['conflict', 'The consumer of the dead letter is no more'],
});
