import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { freePorts } from './free-port.js';

describe('freePorts', () => {
  it('gives no port twice while this process lives, below those of outgoing connections', async () => {
    const asked = await Promise.all(Array.from({ length: 20 }, () => freePorts(10)));
    const ports = asked.flat();
    expect(new Set(ports).size).toBe(200);
    expect(Math.max(...ports)).toBeLessThan(32_768);
  });

  it('gives ports that a program can listen on', async () => {
    const [port = 0] = await freePorts(1);
    const script = `require('net').createServer().listen(${port}, '127.0.0.1', () => process.exit(0))`;
    const child = spawn(process.execPath, ['-e', script]);
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
  });
});
