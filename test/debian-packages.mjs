/** The real components that tests start: where each must be, and the Debian package that brings it. */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';

const COMPONENTS = {
  '/usr/sbin/nats-server': 'nats-server',
  '/usr/sbin/nginx': 'nginx',
  '/usr/bin/ocsinventory-agent': 'ocsinventory-agent',
  '/usr/sbin/squid': 'squid',
  '/usr/sbin/clamd': 'clamav-daemon',
  '/usr/bin/memcached': 'memcached',
  '/usr/bin/swift-proxy-server': 'swift-proxy',
  '/usr/bin/swift-account-server': 'swift-account',
  '/usr/bin/swift-container-server': 'swift-container',
  '/usr/bin/swift-object-server': 'swift-object',
};

/** What Debian asks before it starts a service (invoke-rc.d). */
const POLICY = '/usr/sbin/policy-rc.d';
/** A new machine may still be busy with its own upgrades. */
const LOCK_SECONDS = 300;

/** Installs what is missing through apt where that is allowed; else stops with the names. */
export function ensureDebianPackages() {
  const missing = missingPackages();
  if (missing.length === 0) return;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log(`Installing Debian packages: ${missing.join(' ')} …`);
    withoutStartingServices(() => {
      apt('update', '-qq');
      apt('install', '-y', '-qq', '--no-install-recommends', ...missing);
    });
  }
  const still = missingPackages();
  if (still.length === 0) return;
  console.error(
    `The tests need real components that are not installed. As root: apt-get install ${still.join(' ')}`,
  );
  process.exit(1);
}

/** The tests start each component themselves; as services these would be open to the network for ever. */
function withoutStartingServices(install) {
  const ours = !existsSync(POLICY);
  if (ours) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    install();
  } finally {
    if (ours) rmSync(POLICY);
  }
}

function missingPackages() {
  return Object.entries(COMPONENTS)
    .filter(([path]) => !existsSync(path))
    .map(([, name]) => name);
}

function apt(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const result = spawnSync('apt-get', ['-o', `DPkg::Lock::Timeout=${LOCK_SECONDS}`, ...args], {
    env,
    encoding: 'utf8',
  });
  if (result.status !== 0) console.error(`${result.stdout}${result.stderr}`);
}
