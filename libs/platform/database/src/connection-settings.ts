/** Milliseconds after which a server counts as out of reach. */
export const CONNECT_TIMEOUT_MS = 5_000;

/** Postgres gives the locks of a lost machine to others after half a minute; its own default is two hours. */
const KEEPALIVES = { tcp_keepalives_idle: 10, tcp_keepalives_interval: 5, tcp_keepalives_count: 3 };

/** The settings of a connection, as its `options` take them. */
export function connectionFlags(settings: Readonly<Record<string, string>> = {}): string {
  return Object.entries({ ...KEEPALIVES, ...settings })
    .map(([name, value]) => `-c ${name}=${String(value)}`)
    .join(' ');
}
