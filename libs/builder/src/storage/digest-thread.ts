import { Worker } from 'node:worker_threads';
import { type DigestAlgorithm, InlineDigest, named, type StreamDigest } from './stream-digest.js';

/** Fewer bytes are not worth a thread. */
const THREAD_FROM_BYTES = 32 * 1024 * 1024;
const SLOT_BYTES = 1024 * 1024;
const SLOTS = 4;

/** Numbers that both threads see: slots filled, slots done, whether somebody waits, then two for each slot. */
const FILLED = 0;
const DONE = 1;
const WAITING = 2;
/** Of a slot: its length, and whether a stream ends with it. */
const SLOT_FACTS = 3;

/**
 * Evaluated, since a file of its own would have another name among the sources than among the compiled files. It sleeps
 * on the count of filled slots, and sends a message only to somebody who waits: messages for each slot would cost as
 * much time as the digests do.
 */
const CODE = `
const { parentPort, workerData } = require('node:worker_threads');
const { createHash } = require('node:crypto');
const { algorithms, slots, slotBytes } = workerData;
const control = new Int32Array(workerData.control);
const bytes = new Uint8Array(workerData.memory);
const begin = () => algorithms.map((algorithm) => createHash(algorithm));
let hashes = begin();
for (let done = 0; ; ) {
  // It may be woken for a slot that it has seen already.
  while (Atomics.load(control, ${FILLED}) === done) Atomics.wait(control, ${FILLED}, done);
  const slot = done % slots;
  const facts = ${SLOT_FACTS} + 2 * slot;
  const piece = bytes.subarray(slot * slotBytes, slot * slotBytes + control[facts]);
  for (const hash of hashes) hash.update(piece);
  if (control[facts + 1] === 1) {
    parentPort.postMessage({ digests: hashes.map((hash) => hash.digest('hex')) });
    hashes = begin();
  }
  done += 1;
  Atomics.store(control, ${DONE}, done);
  const left = Atomics.load(control, ${FILLED}) - done;
  if (left <= slots / 2 && Atomics.exchange(control, ${WAITING}, 0) === 1) parentPort.postMessage({});
}
`;

type Answer = { readonly digests?: readonly string[] };
interface Waiting<Value> {
  resolve(value: Value): void;
  reject(error: unknown): void;
}

/** @returns what computes digests of about so many bytes: in a thread of its own when they are many */
export function openDigest<Algorithm extends DigestAlgorithm>(
  algorithms: readonly Algorithm[],
  bytes: number,
): StreamDigest<Algorithm> {
  return bytes < THREAD_FROM_BYTES ? new InlineDigest(algorithms) : new DigestThread(algorithms);
}

/**
 * In a thread of its own, so that a second processor takes the load: MD5 alone is slower than all the rest of a build.
 * Bytes are copied into a few slots of shared memory; who brings more has to wait until one is free.
 */
export class DigestThread<Algorithm extends DigestAlgorithm> implements StreamDigest<Algorithm> {
  private readonly memory = new SharedArrayBuffer(SLOTS * SLOT_BYTES);
  private readonly bytes = new Uint8Array(this.memory);
  private readonly control = new Int32Array(new SharedArrayBuffer(4 * (SLOT_FACTS + 2 * SLOTS)));
  private readonly worker: Worker;
  private readonly digests: Waiting<readonly string[]>[] = [];
  private woken: Waiting<void> | null = null;
  private failure: { readonly error: unknown } | null = null;
  private filled = 0;
  /** Bytes in the slot that is being filled; it is handed over with what comes next. */
  private used = 0;

  constructor(private readonly algorithms: readonly Algorithm[]) {
    const { memory, control } = this;
    const workerData = { memory, control: control.buffer, algorithms, slots: SLOTS, slotBytes: SLOT_BYTES };
    this.worker = new Worker(CODE, { eval: true, workerData });
    this.worker.on('message', (answer: Answer) => this.receive(answer));
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('exit', () => this.fail(new Error('The thread that computes digests has ended.')));
  }

  async update(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      if (this.used === SLOT_BYTES) this.handOver(false);
      if (this.used === 0) await this.freeSlot();
      const piece = bytes.subarray(at, at + SLOT_BYTES - this.used);
      this.bytes.set(piece, (this.filled % SLOTS) * SLOT_BYTES + this.used);
      this.used += piece.length;
      at += piece.length;
    }
  }

  async finish(): Promise<Record<Algorithm, string>> {
    if (this.failure !== null) throw this.failure.error;
    if (this.used === 0) return new InlineDigest(this.algorithms).finish();
    const digests = new Promise<readonly string[]>((resolve, reject) =>
      this.digests.push({ resolve, reject }),
    );
    this.handOver(true);
    return named(this.algorithms, await digests);
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private handOver(isEnd: boolean): void {
    const facts = SLOT_FACTS + 2 * (this.filled % SLOTS);
    this.control[facts] = this.used;
    this.control[facts + 1] = isEnd ? 1 : 0;
    this.used = 0;
    this.filled += 1;
    Atomics.store(this.control, FILLED, this.filled);
    Atomics.notify(this.control, FILLED);
  }

  private async freeSlot(): Promise<void> {
    const isFull = (): boolean => this.filled - Atomics.load(this.control, DONE) >= SLOTS;
    while (this.failure === null && isFull()) {
      Atomics.store(this.control, WAITING, 1);
      // It may have gone on before it could see that somebody waits.
      if (isFull()) await new Promise<void>((resolve, reject) => (this.woken = { resolve, reject }));
    }
    if (this.failure !== null) throw this.failure.error;
  }

  private receive({ digests }: Answer): void {
    if (digests !== undefined) this.digests.shift()?.resolve(digests);
    else this.woken?.resolve();
  }

  private fail(error: unknown): void {
    this.failure ??= { error };
    this.woken?.reject(this.failure.error);
    this.woken = null;
    for (const { reject } of this.digests.splice(0)) reject(this.failure.error);
  }
}
