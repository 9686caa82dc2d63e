import { AppError, type ErrorDetails, type ErrorKind } from '@entrepot/kernel';
import { Metadata, status, type ServiceError, type StatusObject } from '@grpc/grpc-js';
import { z } from 'zod';
import { ERRORS } from './errors.js';

const ERROR_METADATA = 'entrepot-error-bin';
/** Trailers share one small header block of HTTP/2, so that an error may not carry a document. */
const MAX_MESSAGE_CHARACTERS = 2_000;
const MAX_ERROR_BYTES = 8_192;

const STATUS_OF_KIND: Record<ErrorKind, status> = {
  invalid: status.INVALID_ARGUMENT,
  unauthenticated: status.UNAUTHENTICATED,
  forbidden: status.PERMISSION_DENIED,
  'not-found': status.NOT_FOUND,
  conflict: status.FAILED_PRECONDITION,
  'too-large': status.RESOURCE_EXHAUSTED,
  unavailable: status.UNAVAILABLE,
  internal: status.INTERNAL,
};

const errorSchema = z.object({
  code: z.string(),
  kind: z.enum(Object.keys(STATUS_OF_KIND) as [ErrorKind, ...ErrorKind[]]),
  title: z.string(),
  message: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
});

/**
 * The gRPC status that carries an error to the caller: an `AppError` whole (a message beyond 2,000 characters is cut,
 * details beyond 8 KiB are left out), of any other error nothing but that it happened.
 */
export function toStatus(error: unknown): StatusObject {
  const metadata = new Metadata();
  if (!(error instanceof AppError)) return { code: status.INTERNAL, details: 'Internal error', metadata };
  metadata.set(ERROR_METADATA, encodeError(error));
  return { code: STATUS_OF_KIND[error.kind], details: error.code, metadata };
}

/** The error that a caller sees: the other side's `AppError`, or one of this lib's own catalogue. */
export function fromServiceError(error: unknown, service: string): AppError {
  if (error instanceof AppError) return error;
  if (!isServiceError(error)) {
    return new AppError(ERRORS.RPC_INTERNAL, `A call of ${service} failed`, {}, { cause: error });
  }
  return decodeError(error) ?? ownError(error, service);
}

function ownError(error: ServiceError, service: string): AppError {
  const options = { cause: error };
  switch (error.code) {
    case status.UNAVAILABLE:
      return new AppError(ERRORS.RPC_UNAVAILABLE, `${service} cannot be reached`, {}, options);
    case status.DEADLINE_EXCEEDED:
      return new AppError(ERRORS.RPC_DEADLINE_EXCEEDED, `${service} did not answer in time`, {}, options);
    case status.RESOURCE_EXHAUSTED:
      return new AppError(
        ERRORS.RPC_MESSAGE_TOO_LARGE,
        `A message to or from ${service} is too large`,
        {},
        options,
      );
    case status.CANCELLED:
      return new AppError(ERRORS.RPC_CANCELLED, `The call of ${service} was given up`, {}, options);
    default:
      return new AppError(ERRORS.RPC_INTERNAL, `${service} failed`, {}, options);
  }
}

function encodeError(error: AppError): Buffer {
  const message = error.message.slice(0, MAX_MESSAGE_CHARACTERS);
  const encode = (details: ErrorDetails): Buffer =>
    Buffer.from(JSON.stringify({ ...error.definition, message, details }), 'utf8');
  const whole = encode(error.details);
  return whole.length <= MAX_ERROR_BYTES ? whole : encode({});
}

function decodeError(error: ServiceError): AppError | null {
  const [value] = error.metadata.get(ERROR_METADATA);
  if (!Buffer.isBuffer(value)) return null;
  try {
    const { message, details, ...definition } = errorSchema.parse(JSON.parse(value.toString('utf8')));
    return new AppError(definition, message, details, { cause: error });
  } catch {
    return null;
  }
}

function isServiceError(error: unknown): error is ServiceError {
  return (
    error instanceof Error && 'metadata' in error && error.metadata instanceof Metadata && 'code' in error
  );
}
