/**
 * Loaded into a server before its own code (`NODE_OPTIONS=--import`): at SIGUSR2 it collects garbage and writes what is
 * still held, in bytes, into the file named by HEAP_PROBE_FILE. What a process holds can be told only from inside.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

process.on('SIGUSR2', () => {
  const file = process.env.HEAP_PROBE_FILE;
  // Twice, because finalizers of the first time let go of more.
  collect();
  setImmediate(() => {
    collect();
    writeFileSync(`${file}.new`, JSON.stringify(process.memoryUsage()));
    renameSync(`${file}.new`, file);
  });
});
