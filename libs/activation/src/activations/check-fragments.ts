import { fragmentName } from '@entrepot/ocs-wire';
import type { PackageEntity, PackageFiles } from '../packages/package.entity.js';
import { askPlace, NoAnswer, type PlaceAnswer } from './ask-place.js';
import { compareBody, type Findings } from './compare-body.js';
import { locationCheck, type LocationCheck } from './location-check.js';

const WHOLE_MS = 30_000;

/** A fragment to ask for, and what it must be when that is known. */
interface Wanted {
  readonly name: string;
  readonly expected: PackageFiles['info'] | null;
}

type CheckedPackage = Pick<PackageEntity, 'fileId' | 'files' | 'fragments' | 'protocol'>;

/**
 * Whether agents would get the first and the last fragment of a package at a location, by the package's protocol. A
 * package without archive has none, and every location is good for it.
 * @param ca PEM of the authority that agents trust, for https; null: the usual ones
 */
export async function checkFragments(
  location: string,
  built: CheckedPackage,
  ca: string | null,
): Promise<LocationCheck> {
  const checkedAt = new Date();
  const base = `${built.protocol.toLowerCase()}://${location}/${built.fileId}`;
  const results = await Promise.all(
    wantedOf(built).map(({ name, expected }) => checkFragment(`${base}/${name}`, expected, ca)),
  );
  return locationCheck({
    ...{ location, kind: 'fragments', checkedAt },
    problems: results.flatMap(({ problems }) => problems),
    warnings: results.flatMap(({ warnings }) => warnings),
    certificate: results[0]?.certificate ?? null,
  });
}

function wantedOf({ fileId, files, fragments }: CheckedPackage): Wanted[] {
  const known = (files === null ? [] : [files.first, files.last]).filter((file) => file !== null);
  const wanted =
    files === null
      ? [1, fragments ?? 1].map((n) => ({ name: fragmentName(fileId, n), expected: null }))
      : known.map((expected) => ({ name: expected.name, expected }));
  // The only fragment is the first and the last; of an old package without archive there is nothing to ask for.
  return fragments === 0 ? [] : wanted.slice(0, wanted[0]?.name === wanted[1]?.name ? 1 : 2);
}

async function checkFragment(
  url: string,
  expected: Wanted['expected'],
  ca: string | null,
): Promise<Findings & Pick<PlaceAnswer, 'certificate'>> {
  try {
    const answer = await askPlace(url, { ca, wholeMs: WHOLE_MS, mayLeaveHttps: true });
    const { problems, warnings } = await compareBody(url, answer, expected);
    return { problems: [...answer.problems, ...problems], warnings, certificate: answer.certificate };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return { problems: [error.finding], warnings: [], certificate: null };
  }
}
