import { isIP } from 'node:net';
import { z } from 'zod';

const PREFIX = /^\d{1,3}$/;

/**
 * A network (CIDR) or a single address, IPv4 or IPv6. Bits behind the prefix may be set; the database clears them.
 * IPv4 written as IPv6 is refused: addresses are compared as people write them, so it would never apply.
 */
export const networkSchema = z
  .string()
  .trim()
  .max(64)
  .refine(isNetwork, 'must be a network such as 10.2.0.0/16 or 2001:db8::/32, or one address')
  .meta({ examples: ['10.2.0.0/16'] });

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0 || address.includes('%') || /^::ffff:/i.test(address)) return false;
  return prefix === undefined || (PREFIX.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}
