const MAPPED = /^::ffff:(?=\d+\.)/i;

/** An address as people write it: IPv4 without the IPv6 around it that Node gives, IPv6 without a zone. */
export function plainAddress(address: string): string {
  const [plain = ''] = address.split('%', 1);
  return plain.replace(MAPPED, '');
}
