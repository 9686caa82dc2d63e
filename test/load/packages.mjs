/**
 * `npm run bench:packages`: a package of 4 GiB is uploaded (with a kill -9 in the middle) and built, fragments are served
 * to 32 connections by nginx and by the embedded program, and 2,000 agents take a package. A part is run by
 * itself (`node test/load/packages-build.mjs --gib 1`) to change its measures.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PARTS = ['packages-build', 'packages-download', 'packages-agents'];

for (const part of PARTS) {
  console.log(`\n── ${part}`);
  const file = fileURLToPath(new URL(`./${part}.mjs`, import.meta.url));
  const { status } = spawnSync(process.execPath, [file], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
