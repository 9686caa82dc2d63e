import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface SwiftPorts {
  readonly s3: number;
  readonly memcached: number;
  readonly object: number;
  readonly container: number;
  readonly account: number;
}

export interface SwiftCredentials {
  readonly account: string;
  readonly user: string;
  readonly secretKey: string;
}

/**
 * Writes the configuration of a one-machine OpenStack Swift with its S3 interface: the recipe of PLATFORM.md, S3.
 * Servers run without worker processes (`workers = 0`), so that each of them is one process that we own.
 */
export async function writeSwiftConfiguration(
  directory: string,
  ports: SwiftPorts,
  credentials: SwiftCredentials,
): Promise<void> {
  const etc = join(directory, 'etc');
  await Promise.all(
    ['etc', 'node/sd1', 'cache'].map((name) => mkdir(join(directory, name), { recursive: true })),
  );
  await Promise.all([
    writeFile(join(etc, 'swift.conf'), SWIFT),
    writeFile(join(etc, 'object.conf'), common(directory, ports.object) + OBJECT),
    writeFile(join(etc, 'container.conf'), common(directory, ports.container) + CONTAINER),
    writeFile(join(etc, 'account.conf'), common(directory, ports.account) + ACCOUNT),
    writeFile(join(etc, 'proxy.conf'), common(directory, ports.s3) + proxy(ports.memcached, credentials)),
  ]);
}

const SWIFT = `[swift-hash]
swift_hash_path_suffix = local
swift_hash_path_prefix = local
[storage-policy:0]
name = default
default = yes
[swift-constraints]
max_file_size = 5368709122
`;

const OBJECT = `servers_per_port = 0
[pipeline:main]
pipeline = object-server
[app:object-server]
use = egg:swift#object
network_chunk_size = 1048576
disk_chunk_size = 1048576
mb_per_sync = 512
`;

const CONTAINER = `[pipeline:main]
pipeline = container-server
[app:container-server]
use = egg:swift#container
allow_versions = true
`;

const ACCOUNT = `[pipeline:main]
pipeline = account-server
[app:account-server]
use = egg:swift#account
`;

function common(directory: string, port: number): string {
  return `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
workers = 0
user = root
swift_dir = ${directory}/etc
devices = ${directory}/node
mount_check = false
disable_fallocate = true
fallocate_reserve = 0
log_level = ERROR

`;
}

function proxy(memcached: number, { account, user, secretKey }: SwiftCredentials): string {
  const filters = ['gatekeeper', 'healthcheck', 'listing_formats', 'bulk', 'catch_errors', 'copy', 'symlink'];
  return `[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck cache listing_formats bulk s3api tempauth copy slo versioned_writes symlink proxy-server
[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true
client_chunk_size = 1048576
object_chunk_size = 1048576
${filters.map((name) => `[filter:${name}]\nuse = egg:swift#${name}\n`).join('')}[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${memcached}
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
dns_compliant_bucket_names = true
check_bucket_owner = false
s3_acl = false
auth_pipeline_check = true
max_multi_delete_objects = 1000
max_bucket_listing = 1000
min_segment_size = 5242880
[filter:tempauth]
use = egg:swift#tempauth
user_${account}_${user} = ${secretKey} .admin
[filter:slo]
use = egg:swift#slo
max_manifest_segments = 10000
concurrency = 4
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_object_versioning = true
`;
}
