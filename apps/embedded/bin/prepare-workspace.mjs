/**
 * Brings a clone to the point where it can run: packages installed, programs built. Plain JavaScript without
 * dependencies, because it runs before there are any.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const WORKSPACE = fileURLToPath(new URL('../../..', import.meta.url));

const MINIMUM_NODE = [20, 19];
const BUILD_STAMP = join(WORKSPACE, 'node_modules/.cache/entrepot-built');

/** Stops with one line when this Node is too old. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1])) return;
  console.error(`Entrepot needs Node ${MINIMUM_NODE.join('.')} or newer; this is ${process.version}.`);
  process.exit(1);
}

/** Installs from the lock file, unless what is installed is as new as the lock file. */
export function ensureInstalled() {
  const installed = join(WORKSPACE, 'node_modules/.package-lock.json');
  if (modified(installed) >= modified(join(WORKSPACE, 'package-lock.json'))) return;
  console.log('Installing packages (once) …');
  // Whatever NODE_ENV says: what builds the programs is a development dependency.
  run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
}

/** Builds every program, unless no source is newer than the last build. */
export function ensureBuilt() {
  const sources = [...sourceFolders('apps'), ...sourceFolders('libs'), ...sourceFolders('libs/platform')];
  const newest = Math.max(...sources.map(newestBelow), modified(join(WORKSPACE, '.swcrc')));
  const built = sources.every((source) => existsSync(join(source, '../dist')));
  if (built && modified(BUILD_STAMP) > newest) return;
  console.log('Building …');
  const startedAt = new Date();
  run('npx', ['nx', 'run-many', '-t', 'build', '--outputStyle=static'], { NX_DAEMON: 'false' });
  mkdirSync(join(BUILD_STAMP, '..'), { recursive: true });
  writeFileSync(BUILD_STAMP, '');
  // What is saved while it builds is newer than the build.
  utimesSync(BUILD_STAMP, startedAt, startedAt);
}

function run(command, args, environment = {}) {
  const quiet = { cwd: WORKSPACE, env: { ...process.env, ...environment }, encoding: 'utf8' };
  const result = spawnSync(command, args, { ...quiet, stdio: ['ignore', 'pipe', 'pipe'] });
  if (result.status === 0) return;
  console.error(`${command} ${args.join(' ')} failed:\n${result.stdout ?? ''}${result.stderr ?? ''}`);
  process.exit(result.status ?? 1);
}

function sourceFolders(parent) {
  return readdirSync(join(WORKSPACE, parent))
    .map((name) => join(WORKSPACE, parent, name, 'src'))
    .filter((folder) => existsSync(folder));
}

function newestBelow(folder) {
  let newest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    newest = Math.max(newest, entry.isDirectory() ? newestBelow(path) : modified(path));
  }
  return newest;
}

function modified(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}
