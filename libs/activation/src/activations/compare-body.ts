import { createHash } from 'node:crypto';
import type { PackageFiles } from '../packages/package.entity.js';
import { whyNot, type PlaceAnswer } from './ask-place.js';
import { finding, type LocationFinding } from './location-findings.js';

/** Beyond that only the length is compared: reading would keep the line busy for minutes. */
const DIGEST_MAX_BYTES = 256 * 2 ** 20;

/** Read before the time was over: it came, if slowly. */
const COMING_BYTES = 2 ** 20;

type ExpectedFile = PackageFiles['info'];

/** What is wrong, and what could not be said. */
export interface Findings {
  readonly problems: readonly LocationFinding[];
  readonly warnings: readonly LocationFinding[];
}

/** Compares the length and the SHA-256 of what a place answers with what was built, without keeping the bytes. */
export async function compareBody(
  url: string,
  { status, length, body }: PlaceAnswer,
  expected: ExpectedFile | null,
): Promise<Findings> {
  try {
    if (status !== 200) return problem(finding('WRONG_STATUS', { url, found: status }));
    if (expected === null) return warning(finding('DIGEST_UNKNOWN', { url }));
    if (length !== null && length !== expected.size)
      return problem(finding('WRONG_LENGTH', { url, expected: expected.size, found: length }));
    if (length !== null && length > DIGEST_MAX_BYTES)
      return warning(finding('LENGTH_ONLY', { url, reason: '> 256 MiB' }));
    return await compareDigest(url, body, length, expected);
  } finally {
    body.destroy();
  }
}

async function compareDigest(
  url: string,
  body: AsyncIterable<Buffer>,
  length: number | null,
  { size, sha256 }: ExpectedFile,
): Promise<Findings> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > size) return problem(finding('WRONG_LENGTH', { url, expected: size, found: `> ${size}` }));
      hash.update(chunk);
    }
  } catch (error) {
    // It is as long as it should be and was coming: a slow line is no reason to refuse the place.
    if ((error as Error).name === 'TimeoutError' && length === size && bytes >= COMING_BYTES)
      return warning(finding('LENGTH_ONLY', { url, reason: `${bytes} / ${size}` }));
    return problem(whyNot(url, error));
  }
  if (bytes !== size) return problem(finding('WRONG_LENGTH', { url, expected: size, found: bytes }));
  return hash.digest('hex') === sha256 ? NOTHING : problem(finding('WRONG_DIGEST', { url }));
}

const NOTHING: Findings = { problems: [], warnings: [] };

function problem(found: LocationFinding): Findings {
  return { problems: [found], warnings: [] };
}

function warning(found: LocationFinding): Findings {
  return { problems: [], warnings: [found] };
}
