import type { OutgoingHttpHeaders } from 'node:http';
import type { RequestedRange } from './requested-range.js';

/** Bytes of a file may be kept for ever: they never change under their URL (OCS-PROTOCOL.md §5.7). */
export const FRAGMENT_CACHE_CONTROL = 'public, max-age=31536000, immutable';

/** A fragment, or the range of it that was asked for. */
export type FragmentPart = RequestedRange | 'whole';

/** The strong entity tag of a fragment. */
export function entityTag(sha256: string): string {
  return `"${sha256}"`;
}

/** Bytes that a part of a fragment of so many has. */
export function lengthOf(part: FragmentPart, size: number): number {
  return part === 'whole' ? size : part.end - part.start + 1;
}

/** What an answer with bytes of a fragment says. No Last-Modified: agents would take it for a reason to ask again. */
export function fragmentHeaders(sha256: string, size: number, part: FragmentPart): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {
    'Content-Type': 'application/octet-stream',
    'Content-Length': lengthOf(part, size),
    'Cache-Control': FRAGMENT_CACHE_CONTROL,
    ETag: entityTag(sha256),
    'Accept-Ranges': 'bytes',
  };
  if (part !== 'whole') headers['Content-Range'] = `bytes ${part.start}-${part.end}/${size}`;
  return headers;
}
