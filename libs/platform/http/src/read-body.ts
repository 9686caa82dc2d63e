import type { Readable } from 'node:stream';
import { AppError } from '@entrepot/kernel';
import type { BodyShare } from './body-budget.js';
import { HTTP_ERRORS } from './errors.js';

/**
 * Reads a body into memory. What is refused is left unread, not broken off, so that the sender can hear why.
 * @param limit bytes of one body
 * @throws AppError HTTP_BODY_TOO_LARGE; HTTP_UNAVAILABLE when the share has nothing left; the stream's own error
 */
export function readBody(stream: Readable, limit: number, share: BodyShare): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > limit)
        settle(new AppError(HTTP_ERRORS.HTTP_BODY_TOO_LARGE, `A body may have ${limit} bytes.`));
      else if (share.take(chunk.length)) chunks.push(chunk);
      else settle(new AppError(HTTP_ERRORS.HTTP_UNAVAILABLE, 'Too many bodies are being received already.'));
    };
    const end = (): void => settle(null);
    const settle = (error: Error | null): void => {
      stream.off('data', take).off('end', end).off('error', settle);
      if (error === null) resolve(Buffer.concat(chunks));
      else reject(error);
    };
    stream.on('data', take).on('end', end).on('error', settle);
  });
}
