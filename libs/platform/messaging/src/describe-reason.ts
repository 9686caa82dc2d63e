const REASON_LENGTH = 2_000;

/** Why a message could not be handled, short enough to be kept and told. */
export function describeReason(error: unknown): string {
  return String(error).slice(0, REASON_LENGTH);
}
