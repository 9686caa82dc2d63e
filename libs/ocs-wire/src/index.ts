export { coerceRow } from './coerce-row.js';
export {
  type BodyEncoding,
  deflateReply,
  inflateBody,
  type InflatedBody,
  REPLY_CONTENT_TYPE,
} from './compression.js';
export { decodeRequest } from './decode-request.js';
export { encodeInfoFile, type PackageAction } from './encode-info-file.js';
export { encodeInventoryReply } from './encode-inventory-reply.js';
export {
  encodePrologReply,
  type IpdiscoverOptions,
  type OfferedPackage,
  type PrologReply,
  type RegistryQuestion,
} from './encode-prolog-reply.js';
export { WireError } from './errors.js';
export {
  type DownloadEstimate,
  type DownloadEstimateRequest,
  type DownloadPace,
  estimateDownload,
} from './estimate-download.js';
export { fragmentName, INFO_FILE_NAME, parseFragmentName } from './fragment-name.js';
export { locationProblem } from './location.js';
export { type FragmentPlan, planFragments } from './plan-fragments.js';
export type {
  AccountValue,
  AgentRequest,
  DownloadRequest,
  InventoryRequest,
  NotifyRequest,
  PrologRequest,
  SectionRow,
} from './requests.js';
export { replacePackLocation } from './replace-pack-location.js';
export { classifyResult, normaliseResult } from './result-code.js';
export { SECTIONS } from './sections.js';
export { readSoftwareRow, SentRows, SentSoftware } from './sent-software.js';
