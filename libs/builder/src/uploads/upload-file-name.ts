const MAX_LENGTH = 255;
const CONTROL = /[\x00-\x1f\x7f]/g;
const LAST_PART = /[^/\\]*$/;

/**
 * The name that a client gives the file it sends, as it may be kept and shown: without a path, without control
 * characters, at most 255 characters.
 * @param metadata the header Upload-Metadata of tus: pairs of a key and base64, between commas
 * @returns null when there is no usable name
 */
export function uploadFileName(metadata: string | null): string | null {
  const pair = metadata?.split(',').find((text) => /^\s*filename\s/.test(text));
  const encoded = pair?.trim().split(/\s+/)[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString().replace(CONTROL, '').trim();
  const name = (LAST_PART.exec(text)?.[0] ?? '').slice(0, MAX_LENGTH).toWellFormed();
  return name === '' ? null : name;
}
