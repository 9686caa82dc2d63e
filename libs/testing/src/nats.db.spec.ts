import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNats, waitFor, type RunningNats } from './index.js';

describe('startNats', () => {
  let nats: RunningNats;
  beforeAll(async () => {
    nats = await startNats();
  });
  afterAll(async () => {
    await nats?.stop();
  });

  it('has JetStream, which keeps messages in files', async () => {
    const config = { name: 'KEPT', subjects: ['kept'], storage: 'file' };
    expect(await ask(nats, '$JS.API.STREAM.CREATE.KEPT', JSON.stringify(config))).toMatchObject({ config });
    expect(await ask(nats, 'kept', 'one')).toEqual({ stream: 'KEPT', seq: 1 });
  });

  it('keeps its messages across a clean restart and a kill, on the same port', async () => {
    await nats.halt();
    await expect(ask(nats, 'kept', 'lost')).rejects.toThrow(/ECONNREFUSED/);
    await nats.start();
    expect(await ask(nats, 'kept', 'two')).toEqual({ stream: 'KEPT', seq: 2 });
    await nats.kill();
    await nats.start();
    expect(await ask(nats, 'kept', 'three')).toEqual({ stream: 'KEPT', seq: 3 });
  });
});

/** One request in the bare NATS protocol: the client library belongs to platform/messaging. */
async function ask(nats: RunningNats, subject: string, payload: string): Promise<unknown> {
  const socket = await new Promise<Socket>((resolve, reject) => {
    const opening = connect(nats.port, '127.0.0.1', () => resolve(opening));
    opening.once('error', reject);
  });
  let received = '';
  socket.on('data', (bytes) => (received += bytes.toString()));
  socket.write(
    `CONNECT {"verbose":false}\r\nSUB answer 1\r\nPUB ${subject} answer ${Buffer.byteLength(payload)}\r\n${payload}\r\n`,
  );
  try {
    const match = await waitFor(() => /MSG answer 1 +\d+\r\n(.*)\r\n/.exec(received), {
      what: `an answer on ${subject}`,
    });
    return JSON.parse(match[1] ?? '') as unknown;
  } finally {
    socket.destroy();
  }
}
