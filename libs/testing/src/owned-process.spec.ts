import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { freePorts, OwnedProcess, waitFor } from './index.js';

it('keeps what a process printed, and says so when it ended too early', async () => {
  const process = OwnedProcess.start('sh', ['-c', 'echo out; echo err >&2; exit 3']);
  await waitFor(() => !process.running, { what: 'the end' });
  expect(() => process.assertRunning()).toThrow(/ended \(3\).*(out|err)/s);
});

it('types into a process that was started with input', async () => {
  const process = OwnedProcess.start('sh', ['-c', 'read line; echo "got $line"; exit 4'], { input: true });
  process.type('hello\n');
  await waitFor(() => !process.running, { what: 'the end' });
  expect([process.log, process.exitCode]).toEqual(['got hello\n', 4]);
});

it('says so when there is no such program', async () => {
  const process = OwnedProcess.start('/no/such/program', []);
  await waitFor(() => !process.running && process.log !== '', { what: 'the failure' });
  expect(process.log).toMatch(/No such file/);
});

it('kills what does not end when asked', async () => {
  const process = OwnedProcess.start('sh', ['-c', 'trap "" TERM; echo ready; while :; do sleep 0.01; done'], {
    graceMs: 100,
  });
  await waitFor(() => process.log.includes('ready'), { what: 'the trap' });
  await process.end('SIGTERM');
  expect(process.running).toBe(false);
});

it('does not outlive a parent that is killed', async () => {
  const parent = spawn('sh', ['-c', 'setpriv --pdeathsig KILL -- sleep 60 & echo $!; wait'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  // setpriv has done its part once it has become the program.
  await waitFor(() => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sleep\n', { what: 'the child to run' });
  parent.kill('SIGKILL');
  // A zombie is dead too: in a container nobody may collect it.
  const gone = (): boolean =>
    !existsSync(`/proc/${pid}/stat`) || /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  await waitFor(gone, { what: 'the end of the child' });
});

it('gives different free ports', async () => {
  const ports = await freePorts(20);
  expect(new Set(ports).size).toBe(20);
});

it('names what it waited for in vain, and why', async () => {
  const waiting = waitFor(() => Promise.reject(new Error('not yet')), { timeoutMs: 50, what: 'Godot' });
  await expect(waiting).rejects.toThrow('Waited 50 ms in vain for Godot: not yet');
});
