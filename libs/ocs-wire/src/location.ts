/** A host name, an IPv4 address, or an IPv6 address in brackets; then perhaps a port. */
const AUTHORITY = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::(.*))?$/;
const PATH_SEGMENT = /^[A-Za-z0-9._-]+$/;
const LOCATION_MAX = 255;

/**
 * Says what is wrong with an info or fragment location. Agents use it as it stands between `https://` and
 * `/<file id>/info`, where `?` swallows the id, `#` cuts, `//` and a scheme break, and `user@` turns into
 * credentials (AGENT-BEHAVIOUR.md); the characters are those of OCS-PROTOCOL.md §6.4.
 * @returns the broken rule, or null for a good `host[:port]/path`
 */
export function locationProblem(location: string): string | null {
  if (location.length > LOCATION_MAX) return `must have ${LOCATION_MAX} characters at the most`;
  if (location.includes('//')) return 'must be host[:port]/path without a scheme and without "//"';
  if (location.endsWith('/')) return 'must not end in "/"';
  const [authority = '', ...segments] = location.split('/');
  const parts = AUTHORITY.exec(authority);
  if (parts === null) return 'must begin with a host name, an IPv4 address or an IPv6 address in brackets';
  const [, port] = parts;
  if (port !== undefined && !isPort(port)) return 'must have a port from 1 to 65535 after ":"';
  if (!segments.every((segment) => PATH_SEGMENT.test(segment) && segment !== '.' && segment !== '..'))
    return 'must have a path of A-Z a-z 0-9 . _ - between single "/", without "." and ".." alone';
  return null;
}

function isPort(text: string): boolean {
  return /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535;
}
