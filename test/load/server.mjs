import { Agent } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  freePorts,
  httpRequest,
  OwnedProcess,
  removeDirectory,
  temporaryDirectory,
  waitFor,
} from '@entrepot/testing';

const MAIN = fileURLToPath(new URL('../../apps/embedded/dist/main.js', import.meta.url));
const PASSWORD = 'load-password';
/** As in the start script and the Dockerfile: bodies of 257 KB outlive a small nursery and are copied in vain. */
const NODE_FLAGS = ['--max-semi-space-size=64'];

/** The embedded program as it is built, with a PostgreSQL of its own on data of its own. */
export class Server {
  #process;
  #directory;
  #keeps;
  #agent = new Agent({ keepAlive: true });
  #token = '';

  constructor(process, directory, port, keeps) {
    this.#process = process;
    this.#directory = directory;
    this.#keeps = keeps;
    this.port = port;
  }

  /**
   * @param profile folder for a CPU profile, or null
   * @param kept folder for the data that outlives the server; else it is gone with it
   */
  static async start(profile, kept = null) {
    const directory = kept ?? (await temporaryDirectory('load'));
    const [port, httpsPort] = await freePorts(2);
    const profiling = profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
    const process_ = OwnedProcess.start(process.execPath, [...NODE_FLAGS, ...profiling, MAIN], {
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        ENTREPOT_HTTP_PORT: String(port),
        ENTREPOT_HTTPS_PORT: String(httpsPort),
        ENTREPOT_DATA_DIR: join(directory, 'data'),
        ENTREPOT_ADMIN_PASSWORD: PASSWORD,
      },
      cwd: directory,
      parentDeathSignal: 'SIGTERM',
      graceMs: 30_000,
    });
    const server = new Server(process_, directory, port, kept !== null);
    try {
      await server.#untilReady();
      await server.#login();
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  get pid() {
    return this.#process.pid;
  }

  /** What a request of the administrator carries. */
  get authorization() {
    return { Authorization: `Bearer ${this.#token}` };
  }

  /** Asks the REST API as the administrator. */
  async ask(method, path, body) {
    const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const answer = await httpRequest(`http://127.0.0.1:${this.port}/api/v1${path}`, {
      method,
      agent: this.#agent,
      headers: {
        ...(this.#token && this.authorization),
        ...(bytes && { 'Content-Type': 'application/json', 'Content-Length': bytes.length }),
      },
      ...(bytes && { body: bytes }),
    });
    const text = answer.body.toString('utf8');
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return JSON.parse(text);
  }

  async stop() {
    this.#agent.destroy();
    await this.#process.end('SIGTERM');
    if (!this.#keeps) await removeDirectory(this.#directory);
  }

  async #untilReady() {
    await waitFor(
      async () => {
        this.#process.assertRunning();
        return (await httpRequest(`http://127.0.0.1:${this.port}/readyz`)).status === 200;
      },
      { what: 'the embedded program to be ready', timeoutMs: 60_000 },
    );
  }

  async #login() {
    const credentials = { username: 'admin', password: PASSWORD };
    const { accessToken } = await this.ask('POST', '/auth/login', credentials);
    this.#token = accessToken;
  }
}
