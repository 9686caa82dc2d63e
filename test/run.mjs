/**
 * `npm test`: from a bare clone to "N passed, N failed". Every step runs even when an earlier one failed, so that one
 * run tells all that is wrong.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ensureBuilt,
  ensureInstalled,
  requireNode,
  WORKSPACE,
} from '../apps/embedded/bin/prepare-workspace.mjs';
import { ensureDebianPackages } from './debian-packages.mjs';

const CHECKS = [
  ['formatting', 'npx', ['prettier', '--check', '.', '--log-level=warn']],
  ['types', 'npx', ['tsc', '--noEmit', '-p', 'tsconfig.json']],
  ['lint and boundaries', 'npm', ['run', '--silent', 'lint']],
];
const SUITES = ['unit', 'db', 'contracts', 'journeys-embedded', 'journeys-distributed', 'readme', 'faults'];

requireNode();
ensureInstalled();
ensureDebianPackages();
ensureBuilt();

const reports = mkdtempSync(join(tmpdir(), 'entrepot-reports-'));
const totals = { passed: 0, failed: 0, skipped: 0 };
const failures = [];

// Side by side: each keeps one processor busy at the most.
await Promise.all(
  CHECKS.map(async ([name, command, args]) => {
    const ok = await step(name, command, args);
    count(ok ? { passed: 1 } : { failed: 1 });
    if (!ok) failures.push(name);
  }),
);
for (const suite of SUITES) {
  const report = join(reports, `${suite}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const ok = await step(suite, 'npx', ['vitest', 'run', '--project', suite, ...reporters]);
  const result = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : null;
  const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0 } = result ?? {};
  // A file that cannot be loaded, or a hook that throws, fails the suite without a failed test.
  const broken = !ok && numFailedTests === 0 ? 1 : 0;
  count({ passed: numPassedTests, failed: numFailedTests + broken, skipped: numPendingTests });
  if (!ok) failures.push(suite);
}
rmSync(reports, { recursive: true, force: true });

if (failures.length > 0) console.log(`\nFailed: ${failures.join(', ')}`);
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
console.log(`\n${totals.passed} passed, ${totals.failed} failed${skipped}`);
process.exit(totals.failed > 0 ? 1 : 0);

function count({ passed = 0, failed = 0, skipped = 0 }) {
  totals.passed += passed;
  totals.failed += failed;
  totals.skipped += skipped;
}

function step(name, command, args) {
  console.log(`\n── ${name}`);
  const startedAt = Date.now();
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: WORKSPACE,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, NX_DAEMON: 'false' },
    });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => {
      const seconds = Math.round((Date.now() - startedAt) / 1000);
      console.log(`── ${name}: ${code === 0 ? 'passed' : 'FAILED'} in ${seconds} s`);
      resolve(code === 0);
    });
  });
}
