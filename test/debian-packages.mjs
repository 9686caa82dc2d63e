/** The real components that tests start: where each must be, and the Debian package that brings it. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const COMPONENTS = {
  '/usr/sbin/nats-server': 'nats-server',
  '/usr/sbin/nginx': 'nginx',
  '/usr/bin/ocsinventory-agent': 'ocsinventory-agent',
  '/usr/bin/memcached': 'memcached',
  '/usr/bin/swift-proxy-server': 'swift-proxy',
  '/usr/bin/swift-account-server': 'swift-account',
  '/usr/bin/swift-container-server': 'swift-container',
  '/usr/bin/swift-object-server': 'swift-object',
};

/** Installs what is missing through apt where that is allowed; else stops with the names. */
export function ensureDebianPackages() {
  const missing = missingPackages();
  if (missing.length === 0) return;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log(`Installing Debian packages: ${missing.join(' ')} …`);
    apt('update', '-qq');
    apt('install', '-y', '-qq', '--no-install-recommends', ...missing);
  }
  const still = missingPackages();
  if (still.length === 0) return;
  console.error(
    `The tests need real components that are not installed. As root: apt-get install ${still.join(' ')}`,
  );
  process.exit(1);
}

function missingPackages() {
  return Object.entries(COMPONENTS)
    .filter(([path]) => !existsSync(path))
    .map(([, name]) => name);
}

function apt(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const result = spawnSync('apt-get', args, { env, encoding: 'utf8' });
  if (result.status !== 0) console.error(`${result.stdout}${result.stderr}`);
}
