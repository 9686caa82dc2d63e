import { AppError, type PackageId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { digestVerdict } from '../deliveries/digest-verdict.js';
import { ERRORS } from '../errors.js';
import { wordsSchema } from '../words.js';
import { PackageRepository } from './package.repository.js';

export const packageVerificationSchema = z.object({
  packageId: z.uuid(),
  fileId: z.string(),
  /** When everything of the package was last read again; null: never since it was built. */
  verifiedAt: z.iso.datetime().nullable(),
  /** Since when something is damaged; null: nothing is known to be. */
  damagedAt: z.iso.datetime().nullable(),
  /** `info` or `<file id>-<n>`. */
  damagedFiles: z.array(z.string()),
  /** Deliveries whose agent said that the bytes are wrong (ERR_BAD_DIGEST), and when the last one did. */
  doubts: z.object({ deliveries: z.int(), lastAt: z.iso.datetime().nullable() }),
  /** Who is wrong; null while nobody doubts and nothing is damaged. */
  verdict: wordsSchema.nullable(),
});
export type PackageVerificationView = z.infer<typeof packageVerificationSchema>;

/** Shows whether the stored bytes of a package are right, and who says otherwise. */
@Injectable()
export class PackageVerification {
  constructor(
    private readonly database: DataSource,
    private readonly packages: PackageRepository,
  ) {}

  /** @throws AppError ACTIVATION_PACKAGE_NOT_FOUND for a package that is unknown or not built */
  async execute(packageId: PackageId): Promise<PackageVerificationView> {
    const { manager } = this.database;
    const built = await this.packages.find(manager, packageId);
    if (built === null)
      throw new AppError(ERRORS.ACTIVATION_PACKAGE_NOT_FOUND, `There is no built package ${packageId}.`);
    const { fileId, verifiedAt, damagedAt, damagedFiles } = built;
    const { deliveries, lastAt } = await this.packages.doubts(manager, packageId);
    const doubtedAt = lastAt ?? damagedAt;
    return {
      ...{ packageId, fileId, damagedFiles },
      verifiedAt: verifiedAt?.toISOString() ?? null,
      damagedAt: damagedAt?.toISOString() ?? null,
      doubts: { deliveries, lastAt: lastAt?.toISOString() ?? null },
      verdict: doubtedAt && digestVerdict(built, doubtedAt),
    };
  }
}
