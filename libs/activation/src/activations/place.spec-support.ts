import { createHash } from 'node:crypto';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ensureLocalCa } from '@entrepot/platform-http';
import { removeDirectory, temporaryDirectory } from '@entrepot/testing';
import type { PackageFiles } from '../packages/package.entity.js';

/** What a path answers: the bytes with 200, or whatever a handler does. */
export type Served = Buffer | RequestListener;

/** A place that agents could be sent to: http and https with a certificate of an own authority, for 127.0.0.1. */
export class Place {
  readonly files = new Map<string, Served>();

  private constructor(
    private readonly directory: string,
    private readonly http: Server,
    private readonly https: Server,
  ) {}

  /** @param issuedAt when the certificate was made; it is valid for 820 days */
  static async start(issuedAt = new Date()): Promise<Place> {
    const directory = await temporaryDirectory('place');
    const { key, cert } = await ensureLocalCa(directory, [], issuedAt);
    const answer: RequestListener = (request, response) => place.answer(request, response);
    const place = new Place(directory, createHttpServer(answer), createHttpsServer({ key, cert }, answer));
    for (const server of [place.http, place.https])
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return place;
  }

  get caFile(): string {
    return join(this.directory, 'tls/cacert.pem');
  }

  /** Without scheme. */
  get httpLocation(): string {
    return `127.0.0.1:${portOf(this.http)}/download`;
  }

  /** Without scheme. */
  get httpsLocation(): string {
    return `127.0.0.1:${portOf(this.https)}/download`;
  }

  /** Serves an info file and fragments as they were built. @returns what the builder would tell of them */
  serve(fileId: string, fragments: readonly Buffer[]): PackageFiles {
    const file = (name: string, bytes: Buffer): PackageFiles['info'] => {
      this.files.set(`/download/${fileId}/${name}`, bytes);
      return { name, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    };
    const stored = fragments.map((bytes, index) => file(`${fileId}-${index + 1}`, bytes));
    const info = file('info', Buffer.from(`<DOWNLOAD ID="${fileId}" FRAGS="${fragments.length}" />`));
    return { info, first: stored[0] ?? null, last: stored.at(-1) ?? null };
  }

  async close(): Promise<void> {
    for (const server of [this.http, this.https]) {
      server.closeAllConnections();
      server.close();
    }
    await removeDirectory(this.directory);
  }

  private readonly answer: RequestListener = (request, response) => {
    const served = this.files.get(request.url ?? '');
    if (typeof served === 'function') served(request, response);
    else if (served === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-length': served.length }).end(served);
  };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
