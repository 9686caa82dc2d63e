import { constants, deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';

/** Which agent to behave like: each packs, labels and words its requests in its own way (OCS-PROTOCOL.md §1.2, §1.3). */
export type AgentForm = 'unix' | 'windows' | 'android' | 'clear';

/** How a body was packed, told by its bytes. */
export type Packing = 'zlib' | 'gzip' | 'clear' | 'empty';

export interface FormTraits {
  readonly userAgent: string;
  readonly headers: Readonly<Record<string, string>>;
  pack(xml: string): Buffer;
}

/** What each form sends beside its XML. */
export const FORMS: Readonly<Record<AgentForm, FormTraits>> = {
  unix: {
    userAgent: 'OCS-NG_unified_unix_agent_v2.10.0',
    headers: { 'Content-Type': 'application/x-compress', Pragma: 'no-cache' },
    pack: (xml) => deflateSync(xml),
  },
  windows: {
    userAgent: 'OCS-NG_WINDOWS_AGENT_v2.11.0.1',
    headers: { 'Content-Type': 'application/x-compressed' },
    // Without the final block and the checksum, as the Windows agent leaves every stream.
    pack: (xml) => deflateSync(xml, { finishFlush: constants.Z_SYNC_FLUSH }),
  },
  android: {
    userAgent: 'OCS-NG_Android_agent_v2.8',
    headers: { 'Content-Type': 'text/plain; charset="UTF-8"', 'Content-Encoding': 'gzip' },
    pack: (xml) => gzipSync(xml),
  },
  clear: {
    userAgent: 'OCS-NG_unified_unix_agent_v2.10.0',
    headers: { 'Content-Type': 'application/xml' },
    pack: (xml) => Buffer.from(xml),
  },
};

/** Tells a body's packing by its first bytes. */
export function packingOf(body: Buffer): Packing {
  if (body.length === 0) return 'empty';
  if (body[0] === 0x1f && body[1] === 0x8b) return 'gzip';
  return body[0] === 0x78 && body.readUInt16BE(0) % 31 === 0 ? 'zlib' : 'clear';
}

/** The text in a reply's body, whatever its packing; strict, as agents are: a damaged stream throws. */
export function unpack(body: Buffer): string {
  switch (packingOf(body)) {
    case 'zlib':
      return inflateSync(body).toString('utf8');
    case 'gzip':
      return gunzipSync(body).toString('utf8');
    default:
      return body.toString('utf8');
  }
}
