/** What a squid of a test does; at least one of `forwardPort` and `accelerator`. All ports are of 127.0.0.1. */
export interface SquidConfig {
  /** Where it is a forward proxy. */
  readonly forwardPort?: number;
  /** Where it serves what the server at the port `origin` has. */
  readonly accelerator?: { readonly port: number; readonly origin: number };
  /** Whether it obeys PURGE; true unless told. */
  readonly allowsPurge?: boolean;
  /** Whether it lets in only who sends a name and a password, any; false unless told. */
  readonly wantsPassword?: boolean;
}

/**
 * A whole squid.conf: cache in memory and on disk, the access log written line by line.
 * @param directory what the user `proxy` may write to
 */
export function squidConfig(directory: string, options: SquidConfig): string {
  const { forwardPort, accelerator, allowsPurge = true, wantsPassword = false } = options;
  return [
    ...(forwardPort === undefined ? [] : [`http_port 127.0.0.1:${forwardPort}`]),
    ...(accelerator === undefined ? [] : acceleratorLines(accelerator)),
    'acl purge method PURGE',
    `http_access ${allowsPurge ? 'allow' : 'deny'} purge`,
    ...(wantsPassword ? PASSWORD_LINES : ['http_access allow all']),
    'cache_mem 64 MB',
    'maximum_object_size_in_memory 512 KB',
    'maximum_object_size 1 GB',
    `cache_dir ufs ${directory}/cache 512 4 4`,
    `coredump_dir ${directory}`,
    `pid_filename ${directory}/squid.pid`,
    `cache_log ${directory}/cache.log`,
    `access_log stdio:${directory}/access.log logformat=squid`,
    'buffered_logs off',
    'pinger_enable off',
    'netdb_filename none',
    'shutdown_lifetime 0 seconds',
    'visible_hostname squid.test',
    '',
  ].join('\n');
}

function acceleratorLines({ port, origin }: { readonly port: number; readonly origin: number }): string[] {
  return [
    `http_port 127.0.0.1:${port} accel defaultsite=127.0.0.1:${port} no-vhost`,
    `cache_peer 127.0.0.1 parent ${origin} 0 no-query no-digest originserver name=origin`,
    `acl accelerated localport ${port}`,
    'cache_peer_access origin allow accelerated',
    'cache_peer_access origin deny all',
    'never_direct allow accelerated',
  ];
}

const PASSWORD_LINES = [
  'auth_param basic program /usr/lib/squid/basic_fake_auth',
  'acl known proxy_auth REQUIRED',
  'http_access allow known',
  'http_access deny all',
];
