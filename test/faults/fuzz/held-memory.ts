import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '@entrepot/testing';

/** What a process still holds after its garbage was collected, in bytes. */
export interface HeldMemory {
  /** JavaScript objects. */
  readonly heap: number;
  /** Buffers that they own. */
  readonly buffers: number;
  /** All of the process, what its allocators keep for later included. */
  readonly resident: number;
}

const PROBE = new URL('./heap-probe.mjs', import.meta.url);

/** The part of a server's environment that `heldMemory` needs. */
export function probeSettings(directory: string): Record<string, string> {
  return { NODE_OPTIONS: `--import ${PROBE.href}`, HEAP_PROBE_FILE: fileIn(directory) };
}

/** Asks a server that was started with `probeSettings` of the same folder. */
export async function heldMemory(pid: number, directory: string): Promise<HeldMemory> {
  const file = fileIn(directory);
  await rm(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  const written = await waitFor(() => readFile(file, 'utf8'), {
    what: 'the probe',
    timeoutMs: 30_000,
  });
  const { heapUsed, external, rss } = JSON.parse(written) as Record<'heapUsed' | 'external' | 'rss', number>;
  return { heap: heapUsed, buffers: external, resident: rss };
}

function fileIn(directory: string): string {
  return join(directory, 'heap-probe.json');
}
