export { coerceRow } from './coerce-row.js';
export {
  type BodyEncoding,
  deflateReply,
  inflateBody,
  type InflatedBody,
  REPLY_CONTENT_TYPE,
} from './compression.js';
export { decodeRequest } from './decode-request.js';
export { encodeInfoFile, type InfoFile, type PackageAction } from './encode-info-file.js';
export { encodeInventoryReply } from './encode-inventory-reply.js';
export {
  type DownloadOptions,
  encodePrologReply,
  type OfferedPackage,
  type PrologReply,
} from './encode-prolog-reply.js';
export { WIRE_ERRORS, WireError, type WireErrorCode } from './errors.js';
export { fragmentName, INFO_FILE_NAME, parseFragmentName } from './fragment-name.js';
export { type FragmentPlan, type FragmentRule, planFragments } from './plan-fragments.js';
export type {
  AccountValue,
  AgentRequest,
  DownloadRequest,
  InventoryRequest,
  NotifyRequest,
  PrologRequest,
  SectionRow,
} from './requests.js';
export { classifyResult, normaliseResult, type ResultClass } from './result-code.js';
export { type FieldDefinition, type SectionDefinition, SECTIONS } from './sections.js';
