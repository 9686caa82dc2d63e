import { INFO_FILE_NAME } from '@entrepot/ocs-wire';
import type { PackageEntity } from '../packages/package.entity.js';
import { askPlace, NoAnswer, whyNot, type PlaceAnswer } from './ask-place.js';
import { compareBody, type Findings } from './compare-body.js';
import { locationCheck, type CheckedCertificate, type LocationCheck } from './location-check.js';
import { finding } from './location-findings.js';

const WHOLE_MS = 10_000;
const WARN_DAYS = 30;
/** An info file has some hundred bytes; its texts are bounded. */
const INFO_MAX_BYTES = 2 ** 20;

/**
 * Whether agents would get a package's info file at a location: over https with a certificate that they trust, unchanged
 * (AGENT-BEHAVIOUR.md, TLS and "Info"). A path without ticket answers the info file as it was published.
 * @param ca PEM of the authority that agents trust; null: the usual ones
 */
export async function checkInfo(
  location: string,
  { fileId, files }: Pick<PackageEntity, 'fileId' | 'files'>,
  ca: string | null,
): Promise<LocationCheck> {
  const url = `https://${location}/${fileId}/${INFO_FILE_NAME}`;
  const base = { location, kind: 'info' as const, checkedAt: new Date() };
  try {
    const answer = await askPlace(url, { ca, wholeMs: WHOLE_MS, mayLeaveHttps: false });
    const { certificate } = answer;
    const { problems, warnings } = await (files === null
      ? holdsFileId(url, answer, fileId)
      : compareBody(url, answer, files.info));
    return locationCheck({
      ...base,
      problems: [...answer.problems, ...problems],
      warnings: [...warnings, ...endsSoon(url, certificate)],
      certificate,
    });
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return locationCheck({ ...base, problems: [error.finding], warnings: [], certificate: null });
  }
}

/** For packages of which the digest was never told. */
async function holdsFileId(url: string, { status, body }: PlaceAnswer, fileId: string): Promise<Findings> {
  try {
    if (status !== 200) return { problems: [finding('WRONG_STATUS', { url, found: status })], warnings: [] };
    const text = await readShort(body);
    const problems = text.includes(`ID="${fileId}"`)
      ? []
      : [finding('NOT_THE_INFO_FILE', { url, expected: fileId })];
    return { problems, warnings: [finding('DIGEST_UNKNOWN', { url })] };
  } catch (error) {
    return { problems: [whyNot(url, error)], warnings: [] };
  } finally {
    body.destroy();
  }
}

async function readShort(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > INFO_MAX_BYTES) return '';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function endsSoon(url: string, certificate: CheckedCertificate | null): Findings['warnings'] {
  if (certificate === null || certificate.daysLeft < 0 || certificate.daysLeft >= WARN_DAYS) return [];
  return [finding('CERTIFICATE_ENDS_SOON', { url, days: certificate.daysLeft })];
}
