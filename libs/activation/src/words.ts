import { z } from 'zod';

/** What people read on a screen, in both languages. */
export const wordsSchema = z.object({ en: z.string(), fr: z.string() });
export type Words = Readonly<z.infer<typeof wordsSchema>>;
