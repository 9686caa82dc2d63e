const SECRET_NAME =
  /authorization|password|passwd|passphrase|secret|token|cookie|api[-_]?key|access[-_]?key/i;
const MAX_DEPTH = 4;
const REDACTED = '[redacted]';

/** A copy of the fields in which every value is replaced whose name says that it is secret, four levels deep. */
export function redactSecrets(fields: Record<string, unknown>, depth = MAX_DEPTH): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    copy[name] = SECRET_NAME.test(name) && value !== undefined ? REDACTED : redactValue(value, depth);
  }
  return copy;
}

function redactValue(value: unknown, depth: number): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return depth > 0 ? value.map((item) => redactValue(item, depth - 1)) : '[…]';
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return depth > 0 ? redactSecrets(value as Record<string, unknown>, depth - 1) : '[…]';
}
