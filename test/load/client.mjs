import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const AGENTS = fileURLToPath(new URL('./agents.mjs', import.meta.url));

/** The process that plays the agents. */
export class Client {
  #child = fork(AGENTS, { serialization: 'advanced' });
  #ended = once(this.#child, 'exit').then(([code]) => {
    throw new Error(`The client ended with code ${code}`);
  });

  constructor() {
    // The end is only a failure to those who wait for an answer.
    this.#ended.catch(() => undefined);
  }

  /** Makes the bodies of a job; nothing is sent yet. */
  async prepare(job) {
    this.#child.send({ type: 'prepare', job });
    await this.#answer();
  }

  /** Sends what was prepared; answers `{ results: [{ index, status, ms }], elapsedMs, clientCpuMs }`. */
  async run() {
    this.#child.send({ type: 'go' });
    return (await this.#answer()).report;
  }

  stop() {
    if (this.#child.connected) this.#child.disconnect();
  }

  async #answer() {
    const [message] = await Promise.race([once(this.#child, 'message'), this.#ended]);
    return message;
  }
}
