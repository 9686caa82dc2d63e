import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  agentStateDir,
  httpRequest,
  runAgent,
  waitFor,
  waitForDownloader,
  type RealAgentOptions,
  type RealAgentRun,
} from '@entrepot/testing';
import type { Api } from './api.js';
import type { Installation } from './installation.js';

/** A machine with the unmodified ocsinventory-agent on it. */
export class Machine {
  readonly directory: string;

  constructor(
    private readonly installation: Installation,
    readonly hostname: string,
    parent: string,
    private readonly options: {
      readonly tag?: string;
      readonly softwares?: boolean;
      /** PEM file to trust instead of the one that the installation gives away. */
      readonly ca?: string;
      /** Environment variables of the agent, such as `http_proxy`. */
      readonly env?: Readonly<Record<string, string>>;
    } = {},
  ) {
    this.directory = join(parent, hostname);
  }

  /** One run of the agent, to the end of its downloader. */
  async run(): Promise<RealAgentRun> {
    const result = await runAgent(await this.agentOptions());
    await waitForDownloader(this.stateDirectory);
    return result;
  }

  /** A run whose agent and downloader are killed as soon as something is so. */
  async runUntil(isSo: () => boolean): Promise<void> {
    const abort = new AbortController();
    const running = runAgent({ ...(await this.agentOptions()), signal: abort.signal });
    try {
      await waitFor(isSo, { what: `the agent of ${this.hostname} to come so far`, timeoutMs: 60_000 });
    } finally {
      abort.abort();
      await running;
    }
  }

  get server(): string {
    return `${this.installation.httpUrl}/ocsinventory`;
  }

  get stateDirectory(): string {
    return agentStateDir(this.directory, this.server);
  }

  /** What the agent keeps of its account fields (ocsinv.adm). */
  async accountFile(): Promise<string> {
    return readFile(join(this.stateDirectory, 'ocsinv.adm'), 'utf8');
  }

  /** Our id of this machine, once it is known. */
  async deviceId(api: Api): Promise<string> {
    let id = '';
    await waitFor(
      async () => {
        const { items } = await api.post<{ items: { id: string; name: string }[] }>(
          '/api/v1/devices/search',
          {
            text: this.hostname,
          },
        );
        id = items.find((device) => device.name === this.hostname)?.id ?? '';
        return id !== '';
      },
      { what: `${this.hostname} to be listed`, timeoutMs: 20_000 },
    );
    return id;
  }

  private async agentOptions(): Promise<RealAgentOptions> {
    return {
      ...this.options,
      server: this.server,
      dir: this.directory,
      hostname: this.hostname,
      ca: this.options.ca ?? (await this.downloadedCa()),
    };
  }

  /** The authority's certificate, had in the way in which people are told to get it. */
  private async downloadedCa(): Promise<string> {
    const file = join(this.directory, 'downloaded-ca.pem');
    const answer = await httpRequest(`${this.installation.httpUrl}/cacert.pem`);
    if (answer.status !== 200) throw new Error(`GET /cacert.pem answered ${answer.status}`);
    await mkdir(this.directory, { recursive: true });
    await writeFile(file, answer.body);
    return file;
  }
}

/** Latencies at which a journey does not wait (AGENT-BEHAVIOUR.md, last section). */
export async function setQuickDownloads(api: Api): Promise<void> {
  await api.set('DOWNLOAD_FRAG_LATENCY', 0);
  await api.set('DOWNLOAD_CYCLE_LATENCY', 0);
  await api.set('DOWNLOAD_PERIOD_LATENCY', 0);
  await api.set('DOWNLOAD_PERIOD_LENGTH', 1);
}
