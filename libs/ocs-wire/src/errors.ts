import { AppError, defineErrors, type ErrorDetails } from '@entrepot/kernel';

/** What can be wrong with an agent's request, by stable code. */
export const WIRE_ERRORS = defineErrors({
  WIRE_BODY_EMPTY: ['invalid', 'The request has no body'],
  WIRE_BODY_NOT_INFLATABLE: ['invalid', 'The body is neither zlib, nor gzip, nor clear XML'],
  WIRE_BODY_TOO_LARGE: ['too-large', 'The inflated body is larger than allowed'],
  WIRE_XML_INVALID: ['invalid', 'The body is not well-formed XML'],
  WIRE_XML_TOO_COMPLEX: ['invalid', 'The XML is nested too deeply or has too many elements'],
  WIRE_DOCTYPE_REFUSED: ['invalid', 'A document type declaration is refused'],
  WIRE_DEVICEID_INVALID: ['invalid', 'DEVICEID is missing or malformed'],
  WIRE_QUERY_UNKNOWN: ['invalid', 'QUERY is missing or unknown'],
  WIRE_CONTENT_MISSING: ['invalid', 'The inventory has no content'],
});

export type WireErrorCode = keyof typeof WIRE_ERRORS;

const BODY_ERRORS: ReadonlySet<WireErrorCode> = new Set([
  'WIRE_BODY_EMPTY',
  'WIRE_BODY_NOT_INFLATABLE',
  'WIRE_BODY_TOO_LARGE',
]);

/** A request that is refused; `status` is what the agent is answered (OCS-PROTOCOL.md §1.7). */
export class WireError extends AppError {
  /** 500 for a body that yields no XML at all, 400 for XML that is no request. */
  readonly status: 400 | 500;

  constructor(code: WireErrorCode, message: string, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(WIRE_ERRORS[code], message, details, options);
    this.name = 'WireError';
    this.status = BODY_ERRORS.has(code) ? 500 : 400;
  }
}
