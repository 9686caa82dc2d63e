import { pino, type DestinationStream, type Logger } from 'pino';
import { describeError } from './describe-error.js';
import { Log, type LogCall, type LogFields, type LogLevel } from './log.js';
import { currentLogContext } from './log-context.js';
import { redactSecrets } from './redact-secrets.js';

export interface LogOptions {
  /** The program, in the field `program` of each line. */
  readonly name: string;
  readonly level: LogLevel;
  /** Where the lines go; standard output unless told. */
  readonly destination?: DestinationStream;
}

/** Makes the log of a program: one JSON object a line, times in ISO 8601. */
export function createLog(options: LogOptions): Log {
  const { name, level, destination = pino.destination({ dest: 1, sync: true }) } = options;
  const logger = pino(
    {
      level,
      base: { program: name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: redactSecrets,
      },
      serializers: { err: (error: unknown) => describeError(error) },
      mixin: () => ({ ...currentLogContext() }),
    },
    destination,
  );
  return new PinoLog(logger);
}

/** A log that writes nothing, for tests. */
export function silentLog(): Log {
  return createLog({ name: 'silent', level: 'silent', destination: { write: () => undefined } });
}

class PinoLog extends Log {
  readonly trace: LogCall;
  readonly debug: LogCall;
  readonly info: LogCall;
  readonly warn: LogCall;
  readonly error: LogCall;
  readonly fatal: LogCall;

  constructor(private readonly logger: Logger) {
    super();
    this.trace = logger.trace.bind(logger) as LogCall;
    this.debug = logger.debug.bind(logger) as LogCall;
    this.info = logger.info.bind(logger) as LogCall;
    this.warn = logger.warn.bind(logger) as LogCall;
    this.error = logger.error.bind(logger) as LogCall;
    this.fatal = logger.fatal.bind(logger) as LogCall;
  }

  override child(bindings: LogFields): Log {
    return new PinoLog(this.logger.child(redactSecrets(bindings)));
  }
}
