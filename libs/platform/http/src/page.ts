import { z } from 'zod';
import { AppError } from '@entrepot/kernel';
import { HTTP_ERRORS } from './errors.js';

/** What every list answers. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Items of the whole list. */
  readonly total: number;
  /** Opaque; given back as `cursor` it continues the list. Null at its end. */
  readonly next: string | null;
}

const MAX_CURSOR_LENGTH = 2_048;

/** The query of every list; extend it with the list's own filters. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().max(MAX_CURSOR_LENGTH).optional(),
});

export type PageQuery = z.output<typeof pageQuery>;

/** The schema of a list's answer, for the OpenAPI document. */
export function pageOf<Item extends z.ZodType>(
  item: Item,
): z.ZodObject<{ items: z.ZodArray<Item>; total: z.ZodInt; next: z.ZodNullable<z.ZodString> }> {
  return z.object({ items: z.array(item), total: z.int(), next: z.string().nullable() });
}

/** Makes a cursor out of the sort key of the last item of a page. */
export function encodeCursor(values: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

export function decodeCursor(text: string): unknown[];
export function decodeCursor<Values>(text: string, schema: z.ZodType<Values>): Values;
/**
 * Reads a cursor back. What is in it comes from outside: bind it, and let a schema say what it must be
 * (`z.tuple([z.iso.datetime(), z.uuid()])`).
 * @throws AppError HTTP_CURSOR_INVALID when the text is no cursor or its values do not fit the schema
 */
export function decodeCursor(text: string, schema: z.ZodType = z.array(z.unknown())): unknown {
  const result = schema.safeParse(parseCursor(text));
  if (result.success) return result.data;
  throw new AppError(HTTP_ERRORS.HTTP_CURSOR_INVALID, 'cursor: must be the "next" of an earlier page', {
    field: 'cursor',
  });
}

function parseCursor(text: string): unknown {
  if (text.length > MAX_CURSOR_LENGTH) return undefined;
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
}
