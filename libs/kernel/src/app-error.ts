/** How an error is answered, whatever carries the answer: HTTP status, gRPC status or a CLI exit code. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'too-large'
  | 'unavailable'
  | 'internal';

/** One entry of a context's catalogue: the code is stable, the text may be improved. */
export interface ErrorDefinition {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly title: string;
}

/** What is known about one occurrence; `field` names the bad input by its path (`priority`, `notify.text`). */
export interface ErrorDetails {
  readonly field?: string;
  readonly [key: string]: string | number | boolean | readonly string[] | undefined;
}

/** An error that somebody is meant to read: it has a stable code from its context's catalogue. */
export class AppError extends Error {
  constructor(
    readonly definition: ErrorDefinition,
    message: string,
    readonly details: ErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'AppError';
  }

  get code(): string {
    return this.definition.code;
  }

  get kind(): ErrorKind {
    return this.definition.kind;
  }
}

/**
 * Declares a context's catalogue of errors. The key is the code.
 * @example const ERRORS = defineErrors({ BUILDER_PACKAGE_NOT_FOUND: ['not-found', 'No such package'] });
 */
export function defineErrors<const Code extends string>(
  entries: Record<Code, readonly [ErrorKind, string]>,
): Record<Code, ErrorDefinition> {
  const definitions = {} as Record<Code, ErrorDefinition>;
  for (const code of Object.keys(entries) as Code[]) {
    const [kind, title] = entries[code];
    definitions[code] = { code, kind, title };
  }
  return definitions;
}
