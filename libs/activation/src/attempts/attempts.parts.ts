import type { ModuleParts } from '@entrepot/platform-database';
import { NextAttempt } from './next-attempt.js';

/** Attempts that follow on attempts: retries and repetitions. */
export const attemptsParts: ModuleParts = {
  controllers: [],
  providers: [NextAttempt],
};
