import { open } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { planFragments } from '@entrepot/ocs-wire';

/** At the most; as the command line sends it, each carries whole fragments and is acknowledged before the next. */
export const CHUNK_BYTES = 16 * 2 ** 20;
const PIECE_BYTES = 256 * 1_024;

/** One file that goes up by tus, in chunks. */
export class ChunkedUpload {
  #archive;
  #url;
  #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #position = 0;
  #chunkBytes;

  constructor(archive, url, fragmentCount) {
    const fragment = planFragments(archive.size, { count: fragmentCount }).sizeOf(1);
    this.#chunkBytes = fragment * Math.floor(CHUNK_BYTES / fragment) || CHUNK_BYTES;
    this.#archive = archive;
    this.#url = url;
  }

  /** Sends chunk after chunk. @returns bytes and seconds; every byte was acknowledged */
  async send(server, { from = 0, until }) {
    const startedAt = performance.now();
    const file = await open(this.#archive.path);
    try {
      for (this.#position = from; this.#position < until;) {
        const bytes = await this.#chunk(file, this.#position);
        const answer = await this.#patch(server, this.#position, (to) => to.end(bytes));
        if (answer.status !== 204) throw new Error(`PATCH answered ${answer.status}: ${answer.text}`);
        this.#position = Number(answer.headers['upload-offset']);
      }
    } finally {
      await file.close();
    }
    return { bytes: this.#position - from, seconds: (performance.now() - startedAt) / 1_000 };
  }

  /** Goes on with one chunk whose server is killed when half of it is sent. @returns bytes sent in all */
  async sendUntilGone(server, kill) {
    const file = await open(this.#archive.path);
    const bytes = await this.#chunk(file, this.#position);
    await file.close();
    let sent = 0;
    const feed = (to) => {
      if (sent >= bytes.length / 2) return kill();
      const piece = bytes.subarray(sent, sent + PIECE_BYTES);
      to.write(piece, () => {
        sent += piece.length;
        feed(to);
      });
    };
    await this.#patch(server, this.#position, feed, bytes.length).catch(() => undefined);
    return this.#position + sent;
  }

  /** Where a server says that the upload stands. */
  async offset(server) {
    const { headers } = await this.#exchange(server, 'HEAD', {}, (to) => to.end());
    return Number(headers['upload-offset']);
  }

  async #chunk(file, position) {
    const length = Math.min(this.#chunkBytes, this.#archive.size - position);
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  }

  #patch(server, position, feed, length = Math.min(this.#chunkBytes, this.#archive.size - position)) {
    const headers = {
      'Upload-Offset': String(position),
      'Upload-Length': String(this.#archive.size),
      'Content-Type': 'application/offset+octet-stream',
      'Content-Length': String(length),
    };
    return this.#exchange(server, 'PATCH', headers, feed);
  }

  #exchange(server, method, headers, feed) {
    return new Promise((resolve, reject) => {
      const url = `http://127.0.0.1:${server.port}${this.#url}`;
      const all = { ...server.authorization, 'Tus-Resumable': '1.0.0', ...headers };
      const to = request(url, { method, agent: this.#agent, headers: all }, (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (piece) => (text += piece));
        answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
        answer.on('error', reject);
      });
      to.on('error', reject);
      feed(to);
    });
  }
}
