import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { temporaryDirectory } from '@entrepot/testing';

/**
 * Reads `--devices 100000 --data <folder> --connections 24 --runs 20`. With `--data` the folder and its fleet are kept and
 * used again; else they are thrown away at the end.
 * @throws Error that names the option and its rule
 */
export async function readFleetOptions(words) {
  const options = { devices: 100_000, connections: 24, runs: 20 };
  const most = { devices: 1_000_000, connections: 256, runs: 1_000 };
  let data = null;
  for (let at = 0; at < words.length; at += 2) {
    const name = words[at].replace(/^--/, '');
    const value = words[at + 1];
    if (name === 'data' && value) data = resolve(value);
    else if (
      name in options &&
      Number.isInteger(Number(value)) &&
      Number(value) >= 1 &&
      Number(value) <= most[name]
    ) {
      options[name] = Number(value);
    } else {
      throw new Error(
        `--${name} ${value}: options are --data <folder> and whole numbers for --devices, --connections, --runs`,
      );
    }
  }
  const folder = data ?? (await temporaryDirectory('fleet'));
  await mkdir(folder, { recursive: true });
  return { ...options, folder, keep: data !== null };
}
