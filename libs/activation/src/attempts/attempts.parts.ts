import type { ModuleParts } from '@entrepot/platform-database';
import { AttemptRepository } from './attempt.repository.js';
import { ChangeRetryPolicy } from './change-retry-policy.js';
import { NextAttempt } from './next-attempt.js';
import { RetryPolicyController } from './retry-policy.controller.js';
import { RetryPolicyRepository } from './retry-policy.repository.js';

/** Attempts that follow on attempts: retries and repetitions. */
export const attemptsParts: ModuleParts = {
  controllers: [RetryPolicyController],
  providers: [NextAttempt, ChangeRetryPolicy, AttemptRepository, RetryPolicyRepository],
};
