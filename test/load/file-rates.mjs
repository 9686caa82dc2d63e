import { execFileSync } from 'node:child_process';
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';

const PROBE_MIB = 1_024;

export function mib(bytes) {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}

/** What openssl makes of a file, the better of two readings, so that the second finds it in memory. */
export function opensslRate(path, size) {
  const readings = [1, 2].map(() => {
    const startedAt = performance.now();
    const output = execFileSync('openssl', ['dgst', '-md5', '-r', path], { encoding: 'utf8' });
    return { md5: output.split(' ')[0], rate: size / ((performance.now() - startedAt) / 1_000) };
  });
  return readings.reduce((best, one) => (one.rate > best.rate ? one : best));
}

/** Bytes a second that the disk takes for good; no build can be faster. */
export function diskRate(path) {
  const chunk = Buffer.alloc(2 ** 20, 1);
  const startedAt = performance.now();
  const file = openSync(path, 'w');
  for (let n = 0; n < PROBE_MIB; n++) writeSync(file, chunk);
  fsyncSync(file);
  const seconds = (performance.now() - startedAt) / 1_000;
  closeSync(file);
  rmSync(path);
  return (PROBE_MIB * 2 ** 20) / seconds;
}
