/** Who is on the other end of a request. */
export interface Peer {
  /** Address as the HTTP layer sees it; an IPv4 address has no `::ffff:` in front. */
  readonly address: string;
  readonly userAgent: string;
}

const MAX_ADDRESS = 64;
const MAX_USER_AGENT = 255;
const IPV4_IN_IPV6 = /^::ffff:(?=\d+\.)/i;

/** Makes a peer of what the request says; both are cut, and control characters dropped, because both are logged and stored. */
export function toPeer(address: string, userAgent: string | undefined): Peer {
  return {
    address: printable(address.replace(IPV4_IN_IPV6, '')).slice(0, MAX_ADDRESS),
    userAgent: printable(userAgent ?? '').slice(0, MAX_USER_AGENT),
  };
}

function printable(text: string): string {
  let kept = '';
  for (const character of text.slice(0, MAX_USER_AGENT)) {
    const code = character.charCodeAt(0);
    if (code >= 0x20 && code !== 0x7f) kept += character;
  }
  return kept;
}
