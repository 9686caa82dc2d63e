import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { silentLog } from '@entrepot/platform-telemetry';
import { stopOnSignals } from './stop-on-signals.js';

class FakeProgram extends EventEmitter {
  readonly exits: number[] = [];
  readonly exit = ((code: number) => void this.exits.push(code)) as NodeJS.Process['exit'];
}

function started(close: () => Promise<void>): FakeProgram {
  const program = new FakeProgram();
  stopOnSignals({ close }, silentLog(), program as unknown as NodeJS.Process);
  return program;
}

afterEach(() => vi.useRealTimers());

describe('signals', () => {
  it.each(['SIGTERM', 'SIGINT'])('%s stops the program, which then ends with 0', async (signal) => {
    let stopped = false;
    const program = started(async () => {
      await Promise.resolve();
      stopped = true;
    });
    program.emit(signal, signal);
    expect(program.exits).toEqual([]);
    await expect.poll(() => program.exits).toEqual([0]);
    expect(stopped).toBe(true);
  });

  it('end it at once the second time, unless it is the first one passed on by npm', () => {
    vi.useFakeTimers();
    const program = started(() => new Promise(() => undefined));
    program.emit('SIGINT', 'SIGINT');
    vi.advanceTimersByTime(900);
    program.emit('SIGINT', 'SIGINT');
    expect(program.exits).toEqual([]);
    vi.advanceTimersByTime(200);
    program.emit('SIGINT', 'SIGINT');
    expect(program.exits).toEqual([130]);
  });

  it('end it with 1 when the stop fails', async () => {
    const program = started(() => Promise.reject(new Error('stuck')));
    program.emit('SIGTERM', 'SIGTERM');
    await expect.poll(() => program.exits).toEqual([1]);
  });
});
