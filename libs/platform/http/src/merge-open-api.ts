import { isDeepStrictEqual } from 'node:util';
import type { OpenAPIObject } from '@nestjs/swagger';

/**
 * Joins the documents of several programs into one, as a client that sees them behind one front door needs it. Title,
 * version and security come from the first.
 * @throws Error when two documents describe the same operation or schema differently
 */
export function mergeOpenApi(documents: readonly OpenAPIObject[]): OpenAPIObject {
  const [first, ...others] = documents;
  if (!first) throw new Error('mergeOpenApi needs at least one document');
  const merged: OpenAPIObject = structuredClone(first);
  for (const other of others) {
    for (const [path, item] of Object.entries(other.paths)) {
      merged.paths[path] = union(merged.paths[path] ?? {}, item, path);
    }
    merged.components ??= {};
    for (const [kind, entries] of Object.entries(other.components ?? {})) {
      const components = merged.components as Record<string, object>;
      components[kind] = union(components[kind] ?? {}, entries as object, kind);
    }
    const known = new Set(merged.tags?.map((tag) => tag.name));
    merged.tags = [...(merged.tags ?? []), ...(other.tags ?? []).filter((tag) => !known.has(tag.name))];
  }
  return merged;
}

function union<Entries extends object>(into: Entries, from: Entries, place: string): Entries {
  const result = { ...into } as Record<string, unknown>;
  for (const [name, value] of Object.entries(from)) {
    if (name in result && !isDeepStrictEqual(result[name], value)) {
      throw new Error(`Two documents describe ${name} of ${place} differently`);
    }
    result[name] = value;
  }
  return result as Entries;
}
