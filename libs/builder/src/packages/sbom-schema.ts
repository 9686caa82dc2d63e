import { z } from 'zod';

/** Bytes of a request. */
export const MAX_SBOM_BYTES = 4 * 2 ** 20;
/** Far more than documents have; programs that walk through one should not run out of stack. */
const MAX_DEPTH = 100;

/** A software bill of materials: only what tells that it is one is checked, the rest is kept as it is. */
export const sbomSchema = z
  .looseObject({
    bomFormat: z.literal('CycloneDX'),
    specVersion: z.string().regex(/^\d+\.\d+$/, 'must be a version such as 1.6'),
  })
  .refine(isShallow, `must not be nested deeper than ${MAX_DEPTH} times`);

export type Sbom = z.output<typeof sbomSchema>;

function isShallow(document: unknown): boolean {
  let level: unknown[] = [document];
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
    if (level.length === 0) return true;
  }
  return false;
}
