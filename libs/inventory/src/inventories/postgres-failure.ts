/** Serialisation failure and deadlock: another try will do. */
const RETRY = new Set(['40001', '40P01']);
/** Connection exceptions, too many connections, and a server that stops or starts. */
const LOST_STATE = /^(?:08|53300|57P0)/;
const LOST_SYSTEM = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENOENT',
]);
/** What pg says without any code. */
const LOST_WORDS =
  /connection terminated|connection error|timeout exceeded when trying to connect|not queryable/i;

/** Whether a transaction failed only because of what others did at the same time. */
export function isWorthRetrying(error: unknown): boolean {
  return RETRY.has(codeOf(error));
}

/** Whether PostgreSQL refused a value (class 22) or a size (class 54). */
export function isDataRefused(error: unknown): boolean {
  const state = codeOf(error);
  return state.startsWith('22') || state.startsWith('54');
}

/** Whether the database, or the way to it, was away: it failed whatever was asked. */
export function isConnectionLost(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== '') return LOST_STATE.test(code) || LOST_SYSTEM.has(code);
  return error instanceof Error && LOST_WORDS.test(error.message);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
