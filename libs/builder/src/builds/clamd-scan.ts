import { AppError, type Clock } from '@entrepot/kernel';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { ERRORS } from '../errors.js';
import type { VirusScan } from '../packages/package-origin.js';
import type { StreamListener } from '../storage/heard-stream.js';

export const IN_STREAM = Buffer.from('zINSTREAM\0');
const LENGTH_MAX = 0xffffffff;
const END = lengthField(0);
const FOUND = /: (.+) FOUND$/;
const CLEAN = /: OK$/;

/** Looks at one upload while it is read. */
export interface UploadScan extends StreamListener {
  /** @throws AppError BUILDER_VIRUS_FOUND, BUILDER_SCANNER_UNAVAILABLE when there is no verdict */
  finish(): Promise<VirusScan>;
  close(): Promise<void>;
}

/** One stream that clamd looks at: INSTREAM, each chunk behind its length (clamd(8)). */
export class ClamdScan implements UploadScan {
  private answer = '';
  private failure: unknown = null;
  private readonly closed: Promise<void>;

  constructor(
    private readonly socket: Socket,
    private readonly version: string,
    private readonly clock: Clock,
  ) {
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('data', (chunk) => (this.answer += String(chunk)));
    socket.on('error', (error) => (this.failure = error));
    socket.write(IN_STREAM);
  }

  /** Once clamd has answered, there is nothing more to tell it. */
  async update(bytes: Uint8Array): Promise<void> {
    if (this.socket.destroyed || this.answer !== '' || bytes.length === 0) return;
    this.socket.write(lengthField(bytes.length));
    if (!this.socket.write(bytes))
      await Promise.race([once(this.socket, 'drain').catch(() => undefined), this.closed]);
  }

  /** What clamd says of all of it. */
  async finish(): Promise<VirusScan> {
    if (!this.socket.destroyed && this.answer === '') this.socket.end(END);
    await this.closed;
    const verdict = this.answer.replace(/\0$/, '').trim();
    const signature = FOUND.exec(verdict)?.[1];
    if (signature !== undefined)
      throw new AppError(ERRORS.BUILDER_VIRUS_FOUND, `The virus scanner found ${signature} in the upload.`, {
        signature,
      });
    const about = { scanner: this.version, at: this.clock.now().toISOString() };
    if (CLEAN.test(verdict)) return { result: 'clean', ...about };
    throw scannerUnavailable(this.failure ?? new Error(`clamd answered "${verdict}"`));
  }

  /** Gives the scan up; does nothing when it is over. */
  async close(): Promise<void> {
    this.socket.destroy();
    await this.closed;
  }
}

/** What goes before so many bytes of a stream: the length, or the largest that can be told. */
export function lengthField(bytes: number): Buffer {
  const field = Buffer.alloc(4);
  field.writeUInt32BE(Math.min(bytes, LENGTH_MAX));
  return field;
}

/** Whether clamd objects to the length of a stream. */
export function isTooLarge(answer: string): boolean {
  return /size limit exceeded/i.test(answer);
}

export function scannerUnavailable(cause: unknown): AppError {
  const reason = 'The virus scanner cannot be asked at the moment; nothing is built unscanned. Trying again.';
  return new AppError(ERRORS.BUILDER_SCANNER_UNAVAILABLE, reason, {}, { cause });
}
