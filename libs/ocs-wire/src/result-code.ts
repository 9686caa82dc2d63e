/** What an agent's result code means for the delivery (OCS-PROTOCOL.md §4.5). */
export type ResultClass = 'succeeded' | 'failed' | 'retry';

/** Sent when the POST of a success failed and is repeated (AGENT-BEHAVIOUR.md). */
const REPEATED_SUCCESS = 'SUCCESS_';

/**
 * Classifies a result code. `retry` is for ERR_DOWNLOAD_INFO alone, which any short failure of ours provokes:
 * the offer must survive it (AGENT-BEHAVIOUR.md). Unknown codes have failed.
 */
export function classifyResult(code: string): ResultClass {
  if (code.startsWith('SUCCESS')) return 'succeeded';
  return code === 'ERR_DOWNLOAD_INFO' ? 'retry' : 'failed';
}

/** The code to keep and to show: a repeated success is a success. */
export function normaliseResult(code: string): string {
  return code === REPEATED_SUCCESS ? 'SUCCESS' : code;
}
