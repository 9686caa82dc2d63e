/** What taking something back could still stop, and what it could not. */
export interface Withdrawal {
  readonly withdrawn: number;
  readonly alreadyNotified: { readonly total: number };
}

/** Says what several withdrawals did together. */
export function describeWithdrawal(done: readonly Withdrawal[]): string {
  const withdrawn = done.reduce((sum, one) => sum + one.withdrawn, 0);
  const told = done.reduce((sum, one) => sum + one.alreadyNotified.total, 0);
  const left = told === 0 ? '' : ` ${told} devices had been told of it: they may have it, or be fetching it.`;
  return `${withdrawn} waiting deliveries are withdrawn.${left}`;
}
