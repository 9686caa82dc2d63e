import { AppError, type ErrorKind } from '@entrepot/kernel';
import { ERRORS } from '../errors.js';

/** About eight minutes with the bus's back-off. */
const ATTEMPTS_WITHOUT_STORAGE = 20;
/** Fewer than the bus's own limit, so that a build always ends in a state that is told. */
const ATTEMPTS_OF_THE_UNEXPECTED = 3;

/** The only kinds that say that publishing was refused, and not merely that it is not known to be done. */
const REFUSALS: readonly ErrorKind[] = ['invalid', 'conflict'];

export type BuildFailure = 'again' | { readonly code: string; readonly reason: string };

/**
 * Decides after an attempt failed: a bad archive is final, storage that is down is waited for, anything else gets a
 * few attempts.
 * @param attempt the attempt that failed, from 1
 * @param isMade whether only publishing was left: then a call that was cut off may have succeeded on the other side,
 * so that the package must not be called failed before the other side has refused it
 */
export function decideBuildFailure(error: unknown, attempt: number, isMade: boolean): BuildFailure {
  if (isMade && !(error instanceof AppError && REFUSALS.includes(error.kind))) return 'again';
  if (!(error instanceof AppError)) {
    if (attempt < ATTEMPTS_OF_THE_UNEXPECTED) return 'again';
    const { code } = ERRORS.BUILDER_BUILD_BROKEN;
    return { code, reason: 'The build failed for an unexpected reason; the log of the builder has it.' };
  }
  if (error.kind === 'unavailable' && attempt < ATTEMPTS_WITHOUT_STORAGE) return 'again';
  if (error.kind === 'internal' && attempt < ATTEMPTS_OF_THE_UNEXPECTED) return 'again';
  return { code: error.code, reason: error.message };
}
