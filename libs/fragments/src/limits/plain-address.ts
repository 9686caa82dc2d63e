import { isIP } from 'node:net';

const MAPPED = /^::ffff:(?=\d+\.)/i;
/** An address that no machine has. */
const UNKNOWN = '0.0.0.0';

/**
 * An address as people write it: IPv4 without the IPv6 around it that Node gives, IPv6 without a zone; `0.0.0.0` when
 * it is none, for a connection may be gone already, and what a proxy says of its clients may be anything.
 */
export function plainAddress(address: string | undefined): string {
  const [plain = ''] = (address ?? '').split('%', 1);
  const bare = plain.replace(MAPPED, '');
  return isIP(bare) === 0 ? UNKNOWN : bare;
}
