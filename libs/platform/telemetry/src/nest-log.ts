import type { LoggerService } from '@nestjs/common';
import type { Log, LogCall } from './log.js';

/** Lets NestJS write its own lines to our log: the last parameter is Nest's name of the part that speaks. */
export class NestLog implements LoggerService {
  constructor(private readonly target: Log) {}

  /** Nest's ordinary lines tell each route and module: of interest only when something is being looked for. */
  log(message: unknown, ...parameters: unknown[]): void {
    this.write(this.target.debug, message, parameters);
  }

  warn(message: unknown, ...parameters: unknown[]): void {
    this.write(this.target.warn, message, parameters);
  }

  error(message: unknown, ...parameters: unknown[]): void {
    this.write(this.target.error, message, parameters);
  }

  fatal(message: unknown, ...parameters: unknown[]): void {
    this.write(this.target.fatal, message, parameters);
  }

  debug(message: unknown, ...parameters: unknown[]): void {
    this.write(this.target.debug, message, parameters);
  }

  verbose(message: unknown, ...parameters: unknown[]): void {
    this.write(this.target.trace, message, parameters);
  }

  private write(call: LogCall, message: unknown, parameters: unknown[]): void {
    const source = parameters.at(-1);
    const stack = parameters.length > 1 ? parameters[0] : undefined;
    const fields = {
      ...(typeof source === 'string' && { source }),
      ...(typeof stack === 'string' && { stack }),
      ...(message instanceof Error && { err: message }),
    };
    call(fields, message instanceof Error ? message.message : asText(message));
  }
}

function asText(message: unknown): string {
  return typeof message === 'string' ? message : (JSON.stringify(message) ?? String(message));
}
