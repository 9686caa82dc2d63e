import { parseUuid, type Branded } from '@entrepot/kernel';
import { z } from 'zod';

/** Reads a UUID in any case as the given kind of id: `@Param('id', zodParam(uuidOf<PackageId>())) id: PackageId`. */
export function uuidOf<Id extends Branded<string>>(): z.ZodType<Id, string> {
  return z.string().transform((text, context): Id => {
    const id = parseUuid<Id>(text.toLowerCase());
    if (id !== null) return id;
    context.addIssue('must be a UUID');
    return z.NEVER;
  });
}
