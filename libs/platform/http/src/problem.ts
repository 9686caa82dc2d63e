import { HttpException } from '@nestjs/common';
import { ZodError } from 'zod';
import { AppError, type ErrorDefinition, type ErrorKind } from '@entrepot/kernel';
import { HTTP_ERRORS } from './errors.js';
import { inputInvalid } from './input-invalid.js';

/** The content type of a problem document (RFC 9457). */
export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

/** A problem document (RFC 9457); members besides these are what is known about the occurrence. */
export interface Problem {
  /** `urn:entrepot:error:<code>` */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  /** The bad input, by its path. */
  readonly field?: string;
  /** The request's id, which log lines carry too. */
  readonly instance: string;
  readonly [member: string]: unknown;
}

const STATUS_OF_KIND: Record<ErrorKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  unavailable: 503,
  internal: 500,
};

const DEFINITION_OF_STATUS: Readonly<Record<number, ErrorDefinition>> = {
  401: HTTP_ERRORS.HTTP_UNAUTHENTICATED,
  403: HTTP_ERRORS.HTTP_FORBIDDEN,
  404: HTTP_ERRORS.HTTP_ROUTE_NOT_FOUND,
  409: HTTP_ERRORS.HTTP_CONFLICT,
  413: HTTP_ERRORS.HTTP_BODY_TOO_LARGE,
  415: HTTP_ERRORS.HTTP_MEDIA_TYPE_UNSUPPORTED,
  503: HTTP_ERRORS.HTTP_UNAVAILABLE,
};

const MALFORMED_BODY = new Set([
  'FST_ERR_CTP_INVALID_JSON_BODY',
  'FST_ERR_CTP_EMPTY_JSON_BODY',
  'FST_ERR_CTP_INVALID_CONTENT_LENGTH',
]);

const INTERNAL_DETAIL = 'The error was logged. Give its instance when you ask about it.';

/** Describes any error for the one who sent the request; of an error that nobody was meant to read, nothing is told. */
export function toProblem(error: unknown, requestId: string): Problem {
  if (error instanceof AppError) return fromAppError(error, requestId);
  if (error instanceof ZodError) return fromAppError(inputInvalid(error), requestId);
  const status = statusOf(error);
  if (status === null || status >= 500) {
    const definition = status === 503 ? HTTP_ERRORS.HTTP_UNAVAILABLE : HTTP_ERRORS.HTTP_INTERNAL;
    return problem(definition, STATUS_OF_KIND[definition.kind], INTERNAL_DETAIL, requestId);
  }
  return problem(definitionOf(error, status), status, (error as Error).message, requestId);
}

function fromAppError(error: AppError, requestId: string): Problem {
  const status = STATUS_OF_KIND[error.kind];
  if (error.kind === 'internal') return problem(error.definition, status, INTERNAL_DETAIL, requestId);
  return { ...error.details, ...problem(error.definition, status, error.message, requestId) };
}

function problem(definition: ErrorDefinition, status: number, detail: string, instance: string): Problem {
  const { code, title } = definition;
  return { type: `urn:entrepot:error:${code}`, title, status, detail, code, instance };
}

/** The status of an error of Nest or Fastify; null for one that has none. */
function statusOf(error: unknown): number | null {
  if (error instanceof HttpException) return error.getStatus();
  const { statusCode } = (error ?? {}) as { statusCode?: unknown };
  const isFastify = error instanceof Error && error.name === 'FastifyError';
  return isFastify && typeof statusCode === 'number' && statusCode >= 400 ? statusCode : null;
}

function definitionOf(error: unknown, status: number): ErrorDefinition {
  const { cause = error } = error as { cause?: unknown };
  const { code } = (cause ?? {}) as { code?: unknown };
  if (typeof code === 'string' && MALFORMED_BODY.has(code)) return HTTP_ERRORS.HTTP_BODY_MALFORMED;
  return DEFINITION_OF_STATUS[status] ?? HTTP_ERRORS.HTTP_REQUEST_INVALID;
}
