import { describe, expect, it } from 'vitest';
import { createLog, type Log, NestLog, setLogContext, withLogContext } from './index.js';

function recordingLog(): { log: Log; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string): void => void lines.push(JSON.parse(line)) };
  return { log: createLog({ name: 'test', level: 'info', destination }), lines };
}

describe('Log', () => {
  it('writes one JSON object a line with level, time, program, fields and text', () => {
    const { log, lines } = recordingLog();
    log.info({ count: 3 }, 'counted');
    log.debug('not asked for');
    log.warn('bare');
    expect(lines).toMatchObject([
      { level: 'info', program: 'test', count: 3, msg: 'counted', time: expect.stringContaining('T') },
      { level: 'warn', msg: 'bare' },
    ]);
  });

  it('redacts what its name says is secret, however deep, in children too', () => {
    const { log, lines } = recordingLog();
    const secrets = {
      password: 'hunter2',
      headers: { Authorization: 'Bearer hunter2' },
      list: [{ accessToken: 'hunter2' }],
    };
    log.child({ clientSecret: 'hunter2' }).info({ ...secrets, user: 'ada' }, 'login');
    expect(JSON.stringify(lines)).not.toContain('hunter2');
    expect(lines[0]).toMatchObject({ user: 'ada', password: '[redacted]', clientSecret: '[redacted]' });
  });

  it('tells of an error its type, message, code, stack and causes, and none of its other properties', () => {
    const { log, lines } = recordingLog();
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', parameters: ['hunter2'] });
    log.error({ err: new Error('no database', { cause }) }, 'failed');
    expect(lines[0]).toMatchObject({
      err: {
        type: 'Error',
        message: 'no database',
        stack: expect.stringContaining('pino-log.spec'),
        cause: { code: 'ECONNREFUSED' },
      },
    });
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });

  it('adds the ids of the work it is written in, and of no other work', async () => {
    const { log, lines } = recordingLog();
    const work = (requestId: string, deviceId: string): Promise<void> =>
      withLogContext({ requestId }, async () => {
        await Promise.resolve();
        setLogContext({ deviceId });
        await new Promise((resolve) => setImmediate(resolve));
        log.info('inside');
      });
    await Promise.all([work('r1', 'd1'), work('r2', 'd2')]);
    log.info('outside');
    expect(lines).toMatchObject([
      { requestId: 'r1', deviceId: 'd1' },
      { requestId: 'r2', deviceId: 'd2' },
      { msg: 'outside' },
    ]);
    expect(lines[2]).not.toHaveProperty('requestId');
  });

  it('takes the lines of NestJS with their source and stack', () => {
    const { log, lines } = recordingLog();
    const nest = new NestLog(log);
    nest.log('Mapped {/x}', 'RouterExplorer');
    nest.warn('careful', 'Somewhere');
    nest.error('broken', 'Error: broken\n at x', 'ExceptionHandler');
    nest.error(new Error('thrown'), 'ExceptionHandler');
    expect(lines).toMatchObject([
      { level: 'warn', msg: 'careful', source: 'Somewhere' },
      { level: 'error', msg: 'broken', source: 'ExceptionHandler', stack: 'Error: broken\n at x' },
      { level: 'error', msg: 'thrown', err: { message: 'thrown' } },
    ]);
  });
});
