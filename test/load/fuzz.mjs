/**
 * `npm run fuzz`: 20,000 cases of test/faults/fuzz.spec.ts, of which `npm test` sends the first ones. `--cases` and
 * `--seed` choose others; `--only 4711` sends one of a seed, as a failure names it.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const OPTIONS = { '--seed': 'FUZZ_SEED', '--cases': 'FUZZ_CASES', '--only': 'FUZZ_ONLY' };
const WORKSPACE = fileURLToPath(new URL('../..', import.meta.url));
const VITEST = ['vitest', 'run', '--project', 'faults', '--reporter', 'verbose', 'test/faults/fuzz.spec.ts'];

const chosen = { FUZZ_CASES: '20000' };
const words = process.argv.slice(2);
for (let at = 0; at < words.length; at += 2) {
  const variable = OPTIONS[words[at]];
  if (variable === undefined || !/^\d{1,9}$/.test(words[at + 1] ?? '')) {
    throw new Error(`Options, each followed by a whole number: ${Object.keys(OPTIONS).join(' ')}`);
  }
  chosen[variable] = words[at + 1];
}
const { status } = spawnSync('npx', VITEST, {
  cwd: WORKSPACE,
  stdio: 'inherit',
  env: { ...process.env, ...chosen },
});
process.exitCode = status ?? 1;
