import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether the client says that it has this very file (If-None-Match, RFC 9110 §13.1.2). If-Modified-Since is never
 * looked at: it is what the Unix agent sends, which takes 304 for a failure (OCS-PROTOCOL.md §5.6).
 * @param etag strong, in its quotation marks
 */
export function isNotModified(headers: IncomingHttpHeaders, etag: string): boolean {
  const wanted = headers['if-none-match'];
  if (wanted === undefined) return false;
  if (wanted.trim() === '*') return true;
  return wanted.split(',').some((one) => one.trim().replace(/^W\//, '') === etag);
}

/** The Range header, unless If-Range says that it was meant for other bytes (RFC 9110 §13.1.5). */
export function applicableRange(headers: IncomingHttpHeaders, etag: string): string | undefined {
  const condition = headers['if-range'];
  return condition === undefined || String(condition).trim() === etag ? headers.range : undefined;
}
