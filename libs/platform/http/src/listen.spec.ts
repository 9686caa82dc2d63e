import { get as httpsGet } from 'node:https';
import { get as httpGet, Agent } from 'node:http';
import { Controller, Get, Injectable, Module, type OnModuleDestroy, Query } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { TelemetryModule } from '@entrepot/platform-telemetry';
import { removeDirectory, temporaryDirectory } from '@entrepot/testing';
import { createHttpApp, ensureLocalCa, listen, Readiness } from './index.js';

const events: string[] = [];
let release: () => void = () => undefined;
let entered: Promise<void> = Promise.resolve();
let enter: () => void = () => undefined;

@Injectable()
class Resource implements OnModuleDestroy {
  onModuleDestroy(): void {
    events.push('destroyed');
  }
}

@Controller()
class SlowController {
  @Get('slow')
  async slow(): Promise<string> {
    enter();
    await new Promise<void>((resolve) => (release = resolve));
    events.push('answered');
    return 'slow';
  }

  @Get('echo')
  echo(@Query('text') text: string): string {
    return text;
  }
}

const quiet = TelemetryModule.forProgram({ name: 'test', logLevel: 'silent' });

@Module({ imports: [quiet], controllers: [SlowController], providers: [Resource] })
class SlowModule {}

let app: NestFastifyApplication | null = null;
const directories: string[] = [];

async function start(
  options: { https?: { port: number; key: string; cert: string } } = {},
): ReturnType<typeof listen> {
  events.length = 0;
  entered = new Promise((resolve) => (enter = resolve));
  app = await createHttpApp(SlowModule);
  return listen(app, { host: '127.0.0.1', httpPort: 0, signals: false, ...options });
}

afterEach(async () => {
  await app?.close();
  app = null;
  for (const directory of directories.splice(0)) await removeDirectory(directory);
});

describe('https', () => {
  it('serves the same routes, and a client that knows only our CA trusts it', async () => {
    const directory = await temporaryDirectory('tls');
    directories.push(directory);
    const certificate = await ensureLocalCa(directory, ['entrepot.example']);
    const { httpUrl, httpsUrl } = await start({ https: { port: 0, ...certificate } });
    for (const servername of ['localhost', 'entrepot.example']) {
      const text = await new Promise((resolve, reject) => {
        const options = { ca: certificate.ca, servername };
        httpsGet(`${httpsUrl}/echo?text=hello`, options, (response) => {
          response.on('data', (chunk: Buffer) => resolve(chunk.toString()));
        }).on('error', reject);
      });
      expect(text).toBe('hello');
    }
    expect(await (await fetch(`${httpUrl}/echo?text=plain`)).text()).toBe('plain');
    await expect(fetch(`${httpsUrl}/echo`)).rejects.toThrow();
  });

  it('does not leave one port open when the other cannot be had', async () => {
    const { httpUrl } = await start();
    const taken = Number(new URL(httpUrl).port);
    const first = app;
    const second = await createHttpApp(SlowModule);
    const certificate = await (async () => {
      const directory = await temporaryDirectory('tls');
      directories.push(directory);
      return ensureLocalCa(directory, []);
    })();
    await expect(
      listen(second, {
        host: '127.0.0.1',
        httpPort: taken,
        https: { port: 0, ...certificate },
        signals: false,
      }),
    ).rejects.toThrow('EADDRINUSE');
    await second.close();
    app = first;
  });
});

describe('shutdown', () => {
  it('is not ready at once, listens no more, answers what it has taken, and destroys modules only then', async () => {
    const { httpUrl } = await start();
    const readiness = app?.get(Readiness);
    const slow = fetch(`${httpUrl}/slow`);
    await entered;
    const closed = app?.close();
    await expect.poll(async () => (await readiness?.report())?.status).toBe('stopping');
    await expect(fetch(`${httpUrl}/echo?text=late`)).rejects.toThrow();
    expect(events).toEqual([]);
    release();
    const response = await slow;
    expect([response.status, await response.text()]).toEqual([200, 'slow']);
    expect(response.headers.get('connection')).toBe('close');
    await closed;
    expect(events).toEqual(['answered', 'destroyed']);
  });

  it('does not wait for connections that ask nothing', async () => {
    const { httpUrl } = await start();
    const agent = new Agent({ keepAlive: true });
    await new Promise<void>((resolve) => {
      httpGet(`${httpUrl}/echo?text=x`, { agent }, (response) => response.resume().on('end', resolve));
    });
    await app?.close();
    agent.destroy();
  });
});

describe('health', () => {
  it('lives, and is ready when all checks pass', async () => {
    const { httpUrl } = await start();
    const readiness = app?.get(Readiness);
    let works = true;
    readiness?.register('database', () => (works ? Promise.resolve() : Promise.reject(new Error('refused'))));
    const ready = await fetch(`${httpUrl}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: 'ready', checks: { database: 'ok' } },
    ]);
    works = false;
    const unready = await fetch(`${httpUrl}/readyz`);
    expect([unready.status, await unready.json()]).toEqual([
      503,
      { status: 'not-ready', checks: { database: 'refused' } },
    ]);
    expect((await fetch(`${httpUrl}/livez`)).status).toBe(200);
    works = true;
    readiness?.beginShutdown();
    const stopping = await fetch(`${httpUrl}/readyz`);
    expect([stopping.status, await stopping.json()]).toEqual([
      503,
      { status: 'stopping', checks: { database: 'ok' } },
    ]);
    expect((await fetch(`${httpUrl}/livez`)).status).toBe(200);
  });
});
