import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { startClamd } from './index.js';

async function scan(
  address: { port: number; host: string } | { path: string },
  text: string,
): Promise<string> {
  const socket = connect(address);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(text));
  socket.end(Buffer.concat([Buffer.from('zINSTREAM\0'), length, Buffer.from(text), Buffer.alloc(4)]));
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

it('runs a clamd that finds what it was told of, over both its sockets, after it was killed too', async () => {
  const clamd = await startClamd({
    signature: { name: 'Trial', text: 'a bad, bad text' },
    maxStreamBytes: 10_000,
  });
  try {
    const [host = '', port] = clamd.address.split(':');
    expect(await scan({ host, port: Number(port) }, 'it is a bad, bad text!')).toBe(
      'stream: Trial.UNOFFICIAL FOUND\0',
    );
    await clamd.kill();
    await clamd.start();
    expect(await scan({ path: clamd.socketPath }, 'it is a good text')).toBe('stream: OK\0');
  } finally {
    await clamd.stop();
  }
});
