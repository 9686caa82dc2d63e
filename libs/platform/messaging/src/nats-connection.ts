import type { NodeConnectionOptions } from '@nats-io/transport-node';

const DEFAULT_PORT = '4222';

/**
 * Reads `nats://[user:password@]host[:port]` or `tls://…`, or several of them separated by commas, which are the
 * servers of one cluster: the first one's user counts for all. A user without a password is a token. The client itself
 * would overlook all but host and port.
 */
export function connectionOptions(urls: string): NodeConnectionOptions {
  const parsed = urls.split(',').map((text) => new URL(text.trim()));
  const [first] = parsed;
  const user = decodeURIComponent(first?.username ?? '');
  const pass = decodeURIComponent(first?.password ?? '');
  return {
    servers: parsed.map(({ hostname, port }) => `${hostname}:${port || DEFAULT_PORT}`),
    ...(user !== '' && (pass === '' ? { token: user } : { user, pass })),
    // Set, it makes a server without TLS an error.
    ...(first?.protocol === 'tls:' && { tls: {} }),
  };
}
