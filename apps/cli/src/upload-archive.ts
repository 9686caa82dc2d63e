import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { DetailedError, Upload } from 'tus-js-client';
import { problem, unreachable } from './api.js';
import { Failure } from './failure.js';
import { Progress } from './progress.js';
import type { Session } from './session.js';

const RETRY_DELAYS_MS = [200, 1_000, 3_000, 5_000];
/** One request carries so many bytes at the most: what a lost connection makes us send again. */
const CHUNK_BYTES = 16 * 1024 * 1024;

/** How the server cuts an archive: into so many fragments, or into fragments of at most so many bytes. */
export type FragmentRule = { readonly count: number } | { readonly sizeBytes: number };

/**
 * Bytes of one request: as many whole fragments as go into it, which the server then need not write again when it builds.
 * @param size of the archive, in bytes
 */
export function chunkBytes(size: number, rule: FragmentRule): number {
  const count = 'count' in rule ? rule.count : Math.ceil(size / rule.sizeBytes);
  const fragment = Math.floor(size / Math.max(1, count));
  if (fragment === 0 || fragment > CHUNK_BYTES) return CHUNK_BYTES;
  return fragment * Math.floor(CHUNK_BYTES / fragment);
}

/**
 * The size of an archive on this machine, in bytes.
 * @throws Failure when it cannot be read
 */
export async function archiveSize(file: string): Promise<number> {
  const found = await stat(file).catch(() => null);
  if (found === null || !found.isFile()) throw new Failure(`Cannot read the file ${file}.`);
  return found.size;
}

/**
 * Uploads an archive by the tus protocol, resuming after interruptions.
 * @param uploadUrl where the server wants it, absolute or relative to the server
 * @throws Failure when the server refuses it or stays away
 */
export async function uploadArchive(
  session: Session,
  uploadUrl: string,
  file: string,
  size: number,
  fragments: FragmentRule,
): Promise<void> {
  const { server, token } = session.api;
  const progress = new Progress(session.terminal, basename(file));
  const endpoint = new URL(uploadUrl, server).href;
  try {
    await new Promise<void>((resolve, reject) => {
      const upload = new Upload(createReadStream(file), {
        endpoint,
        uploadSize: size,
        chunkSize: chunkBytes(size, fragments),
        retryDelays: RETRY_DELAYS_MS,
        metadata: { filename: basename(file) },
        storeFingerprintForResuming: false,
        headers: token === null ? {} : { authorization: `Bearer ${token}` },
        onProgress: (done, total) => progress.update(done, total),
        onSuccess: () => resolve(),
        onError: reject,
      });
      upload.start();
    });
  } catch (error) {
    throw uploadFailure(server, error);
  } finally {
    progress.end();
  }
}

function uploadFailure(server: URL, error: unknown): Error {
  if (!(error instanceof DetailedError)) return error instanceof Error ? error : new Error(String(error));
  const response = error.originalResponse;
  if (response === null || response === undefined) return unreachable(server, error.causingError ?? error);
  return problem(response.getStatus(), response.getBody());
}
