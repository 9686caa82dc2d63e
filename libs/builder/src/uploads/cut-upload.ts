import { planFragments } from '@entrepot/ocs-wire';
import type { PackageEntity } from '../packages/package.entity.js';
import type { Upload } from './upload.repository.js';

/** A crash costs the client so much at the most. */
export const PART_BYTES = 8 * 1024 * 1024;
/** As parts, smaller fragments would cost the upload more than the build saves by not writing them again. */
const LEAST_FRAGMENT_BYTES = 512 * 1024;

/**
 * Bytes that a part of an upload may have which begins where the upload stands. Where the upload is the archive, parts
 * end where its fragments do, so that each is one already when it has arrived: the build then only gives it its name.
 */
export function longestPart(
  { fragments, packedName }: Pick<PackageEntity, 'fragments' | 'packedName'>,
  { size, position }: Pick<Upload, 'size' | 'position'>,
): number {
  if (packedName !== null || size === null || position >= size) return PART_BYTES;
  const plan = planFragments(size, fragments);
  const usual = plan.sizeOf(1);
  if (usual < LEAST_FRAGMENT_BYTES || usual > PART_BYTES) return PART_BYTES;
  const number = Math.min(Math.floor(position / usual) + 1, plan.count);
  return usual * (number - 1) + plan.sizeOf(number) - position;
}
