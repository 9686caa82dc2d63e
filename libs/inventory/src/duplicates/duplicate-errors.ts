import { AppError } from '@entrepot/kernel';
import { INVENTORY_ERRORS } from '../errors.js';

/** What is thrown when a merge is asked for that does not exist. */
export function mergeNotFound(mergeId: string): AppError {
  return new AppError(INVENTORY_ERRORS.INVENTORY_MERGE_NOT_FOUND, 'There is no merge of that id.', {
    mergeId,
  });
}

/** What is thrown when a pair is asked for that does not exist, or not any more. */
export function pairNotFound(pairId: string): AppError {
  return new AppError(INVENTORY_ERRORS.INVENTORY_DUPLICATE_NOT_FOUND, 'There is no pair of that id.', {
    pairId,
  });
}

/** What is thrown when somebody decides about a pair that is decided. */
export function pairDecided(pairId: string, state: string): AppError {
  return new AppError(
    INVENTORY_ERRORS.INVENTORY_DUPLICATE_DECIDED,
    `The pair is ${state}: only open ones can be decided.`,
    { pairId, state },
  );
}
