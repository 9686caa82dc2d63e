import { Clock } from '@entrepot/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { connect, type Socket } from 'node:net';
import { BUILDER_OPTIONS, type BuilderOptions } from '../builder.options.js';
import type { VirusScan } from '../packages/package-origin.js';
import {
  ClamdScan,
  IN_STREAM,
  isTooLarge,
  lengthField,
  scannerUnavailable,
  type UploadScan,
} from './clamd-scan.js';

/** As long as clamd may think about an answer once it has everything; its own limits are far below. */
const ANSWER_WITHIN_MS = 10 * 60 * 1000;

/** The virus scanner of this installation, if it has one: clamd, asked over its socket. */
@Injectable()
export class VirusScanner {
  constructor(
    @Inject(BUILDER_OPTIONS) private readonly options: BuilderOptions,
    private readonly clock: Clock,
  ) {}

  /**
   * Begins to scan one upload of so many bytes. One beyond clamd's StreamMaxLength is not looked at: to refuse it would
   * mean that nothing large can ever be deployed, so the package is built and says that it was not scanned.
   * @returns null when there is no scanner
   * @throws AppError BUILDER_SCANNER_UNAVAILABLE, before anything is read in vain
   */
  async begin(bytes: number): Promise<UploadScan | null> {
    const { virusScanner } = this.options;
    if (virusScanner === null) return null;
    const version = await ask(connectTo(virusScanner), 'zVERSION\0');
    if (version === '') throw scannerUnavailable(new Error('clamd answers nothing'));
    // It objects to a length before it has seen a byte; in mid-stream its answer may be lost with the connection.
    const announced = Buffer.concat([IN_STREAM, lengthField(bytes)]);
    if (isTooLarge(await ask(connectTo(virusScanner), announced))) return new NoScan(version, this.clock);
    return new ClamdScan(connectTo(virusScanner), version, this.clock);
  }
}

class NoScan implements UploadScan {
  constructor(
    private readonly scanner: string,
    private readonly clock: Clock,
  ) {}

  update(): void {}

  async finish(): Promise<VirusScan> {
    return { result: 'too-large', scanner: this.scanner, at: this.clock.now().toISOString() };
  }

  async close(): Promise<void> {}
}

function connectTo(address: string): Socket {
  const [, host, port] = /^([^/]+):(\d+)$/.exec(address) ?? [];
  const bare = host?.replace(/^\[(.*)\]$/, '$1');
  const socket =
    bare === undefined ? connect({ path: address }) : connect({ host: bare, port: Number(port) });
  return socket.setTimeout(ANSWER_WITHIN_MS, () => socket.destroy(new Error('clamd does not answer')));
}

async function ask(socket: Socket, question: string | Buffer): Promise<string> {
  try {
    socket.end(question);
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    return answer.replace(/\0$/, '').trim();
  } catch (error) {
    throw scannerUnavailable(error);
  } finally {
    socket.destroy();
  }
}
