/** What a log line carries besides its text. An error goes into `err`. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes one line: a text alone, or fields and a text. */
export interface LogCall {
  (text: string): void;
  (fields: LogFields, text: string): void;
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/**
 * The log, as a dependency: `constructor(private readonly log: Log)`, `log.info({ deviceId }, 'text')`.
 * Fields whose name says that they are secret are redacted; the request's and device's ids are added by themselves.
 */
export abstract class Log {
  abstract readonly trace: LogCall;
  abstract readonly debug: LogCall;
  abstract readonly info: LogCall;
  abstract readonly warn: LogCall;
  abstract readonly error: LogCall;
  abstract readonly fatal: LogCall;

  /** A log whose every line carries the given fields too. */
  abstract child(bindings: LogFields): Log;
}
