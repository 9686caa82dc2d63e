/** Serialisation failure and deadlock: another try will do. */
const RETRY = new Set(['40001', '40P01']);

/** Whether a transaction failed only because of what others did at the same time. */
export function isWorthRetrying(error: unknown): boolean {
  return RETRY.has(sqlState(error));
}

/** Whether PostgreSQL refused a value (class 22) or a size (class 54). */
export function isDataRefused(error: unknown): boolean {
  const state = sqlState(error);
  return state.startsWith('22') || state.startsWith('54');
}

function sqlState(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
