import { z } from 'zod';
import { packageIdSchema } from '../id.schemas.js';

const PACKAGES_MAX = 50;
const NAME_MAX = 255;
const DESCRIPTION_MAX = 2_000;

export const packageSetSchema = z.strictObject({
  name: z.string().trim().min(1).max(NAME_MAX),
  description: z.string().max(DESCRIPTION_MAX).default(''),
  /** Whether each package is offered only once the one before it has succeeded on the device. */
  inOrder: z.boolean().default(false),
  /** In their order; each once. */
  packageIds: z
    .array(packageIdSchema)
    .min(1)
    .max(PACKAGES_MAX)
    .refine((ids) => new Set(ids).size === ids.length, 'must name each package once'),
});
export type PackageSetInput = z.infer<typeof packageSetSchema>;

export const packageSetViewSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  description: z.string(),
  inOrder: z.boolean(),
  createdAt: z.iso.datetime(),
  packages: z.array(
    z.object({
      packageId: z.uuid(),
      fileId: z.string(),
      name: z.string(),
      version: z.int(),
      deleted: z.boolean(),
    }),
  ),
});
export type PackageSetView = z.infer<typeof packageSetViewSchema>;
