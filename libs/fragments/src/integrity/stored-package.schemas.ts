import { parseFileId, type FileId } from '@entrepot/kernel';
import { z } from 'zod';

/** The file id of a package, in a path. */
export const fileIdSchema = z.string().transform((text, context): FileId => {
  const fileId = parseFileId(text);
  if (fileId !== null) return fileId;
  context.addIssue('must be a file id of ten digits');
  return z.NEVER;
});

const time = z.iso.datetime().nullable();

export const storedPackageSchema = z.object({
  fileId: z.string(),
  publishedAt: z.iso.datetime(),
  /** The info file and the fragments. */
  files: z.int(),
  /** Bytes that agents download in all. */
  bytes: z.int(),
  /** Those of them that other packages have as well. */
  sharedBytes: z.int(),
  damagedFiles: z.int(),
  /** When the last of its contents to be read was read and found right; null while one never was. */
  verifiedAt: time,
  /** When its deletion became known; its info file is served no more. */
  withdrawnAt: time,
  /** Until when its fragments are served at the most. */
  keepUntil: time,
});
export type StoredPackageView = z.infer<typeof storedPackageSchema>;

export const storedPackageDetailSchema = storedPackageSchema.extend({
  /** What is wrong, at most a thousand files; they answer 503 until they are repaired. */
  damage: z.array(
    z.object({ name: z.string(), sha256: z.string(), reason: z.string(), since: z.iso.datetime() }),
  ),
});
export type StoredPackageDetail = z.infer<typeof storedPackageDetailSchema>;

export const storageSummarySchema = z.object({
  packages: z.int(),
  /** Different bytes, by their SHA-256. */
  contents: z.int(),
  bytesStored: z.int(),
  /** What the packages have together, the same bytes counted each time. */
  bytesPublished: z.int(),
  damagedContents: z.int(),
  /** When the content that was longest not read was read or stored; null when there is none. */
  oldestVerification: time,
  /** Objects that nothing refers to, to be deleted in some minutes. */
  objectsToDelete: z.int(),
});
export type StorageSummary = z.infer<typeof storageSummarySchema>;
