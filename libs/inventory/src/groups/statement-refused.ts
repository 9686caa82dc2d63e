/**
 * Whether PostgreSQL will not run the statement, now or later: because of a value (class 22), its text (42), its size
 * (54) or the time it takes (57014).
 */
export function isStatementRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(?:22|42|54|57014)/.test(String(error.code));
}
