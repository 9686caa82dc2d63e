/**
 * Whether the list of allowed agents lets a user agent in. An entry is a whole user agent or the name before
 * `_v`; an empty list lets everybody in (OCS-PROTOCOL.md §1.5).
 */
export function isAllowedAgent(allowed: readonly string[], userAgent: string): boolean {
  if (allowed.length === 0) return true;
  const version = userAgent.lastIndexOf('_v');
  const name = version === -1 ? userAgent : userAgent.slice(0, version);
  return allowed.includes(userAgent) || allowed.includes(name);
}
