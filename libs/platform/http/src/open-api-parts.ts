import type { OpenAPIObject } from '@nestjs/swagger';
import { AppError } from '@entrepot/kernel';
import { HTTP_ERRORS } from './errors.js';
import { mergeOpenApi } from './merge-open-api.js';

const TIMEOUT_MS = 5_000;
const OWN_PART = 'part=own';

/** Whether a program asks for what we serve ourselves; without this, two that name each other would ask for ever. */
export function isForOwnPart(request: unknown): boolean {
  const { url } = request as { url?: unknown };
  return typeof url === 'string' && url.endsWith(`?${OWN_PART}`);
}

/**
 * Adds the documents of other programs to our own.
 * @throws AppError HTTP_UNAVAILABLE when one of them does not give its document within 5 s
 */
export async function withParts(own: OpenAPIObject, parts: readonly string[]): Promise<OpenAPIObject> {
  return mergeOpenApi([own, ...(await Promise.all(parts.map(fetchPart)))]);
}

async function fetchPart(base: string): Promise<OpenAPIObject> {
  const url = new URL(`/api/openapi.json?${OWN_PART}`, base);
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    return (await response.json()) as OpenAPIObject;
  } catch (error) {
    const message = 'A program does not tell its part of the API now; the log tells which.';
    throw new AppError(
      HTTP_ERRORS.HTTP_UNAVAILABLE,
      message,
      {},
      { cause: new Error(url.href, { cause: error }) },
    );
  }
}
