import { constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import type { Random } from './random.js';

/** Damages bytes; the result shares nothing with them. */
export type ByteMutation = (bytes: Buffer, random: Random) => Buffer;

/** What may befall a document's bytes before, and a packed stream's after it was packed. */
export const BYTE_MUTATIONS: Readonly<Record<string, ByteMutation>> = {
  'flip bits': (bytes, random) => {
    const damaged = Buffer.from(bytes);
    for (let i = random.below(4); i >= 0 && damaged.length > 0; i--) {
      const at = random.below(damaged.length);
      damaged[at] = (damaged[at] as number) ^ (1 << random.below(8));
    }
    return damaged;
  },
  'cut the end': (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  'cut the beginning': (bytes, random) => bytes.subarray(random.below(Math.min(bytes.length, 40) + 1)),
  'cut a piece out': (bytes, random) => {
    const from = random.below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + random.between(1, 300))]);
  },
  'insert bytes': (bytes, random) => {
    const at = random.below(bytes.length + 1);
    const noise = Buffer.from(Array.from({ length: random.between(1, 40) }, () => random.below(256)));
    return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)]);
  },
  'repeat a piece': (bytes, random) => {
    const from = random.below(bytes.length + 1);
    const to = from + random.between(1, 2_000);
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
  },
  'zeros in a piece': (bytes, random) => {
    const damaged = Buffer.from(bytes);
    const from = random.below(bytes.length + 1);
    return damaged.fill(0, from, Math.min(bytes.length, from + random.between(1, 50)));
  },
  'one of the bytes that no UTF-8 has': (bytes, random) => {
    const at = random.below(bytes.length + 1);
    const bad = Buffer.from([random.pick([0xff, 0xfe, 0xc0, 0xf8, 0x80, 0x00])]);
    return Buffer.concat([bytes.subarray(0, at), bad, bytes.subarray(at)]);
  },
};

/** How a document becomes bytes, beside UTF-8. */
export const ENCODINGS: Readonly<Record<string, (xml: string) => Buffer>> = {
  'latin1, declared': (xml) => Buffer.from(declared('ISO-8859-1', xml), 'latin1'),
  'latin1, not declared': (xml) => Buffer.from(xml, 'latin1'),
  'UTF-8, declared as latin1': (xml) => Buffer.from(declared('iso-8859-1', xml)),
  'UTF-8, declared as windows-1252': (xml) => Buffer.from(declared('windows-1252', xml)),
  'UTF-8, declared as nothing known': (xml) => Buffer.from(declared('x-klingon', xml)),
  'UTF-8, declared as UTF-16': (xml) => Buffer.from(declared('UTF-16', xml)),
  'UTF-8, declared as shift_jis': (xml) => Buffer.from(declared('Shift_JIS', xml)),
  'UTF-8, declared as base64': (xml) => Buffer.from(declared('base64', xml)),
  'UTF-16 with its mark': (xml) => Buffer.from(`\ufeff${xml}`, 'utf16le'),
  'UTF-16 without its mark': (xml) => Buffer.from(xml, 'utf16le'),
  'UTF-8 with a mark': (xml) => Buffer.from(`\ufeff${xml}`),
  'no declaration': (xml) => Buffer.from(xml.replace(/^<\?xml[^>]*\?>\s*/, '')),
  'a blank before the declaration': (xml) => Buffer.from(` ${xml}`),
  'two declarations': (xml) => Buffer.from(`<?xml version="1.0"?>${xml}`),
  'version 1.1': (xml) => Buffer.from(xml.replace('version="1.0"', 'version="1.1"')),
  'a document type': (xml) =>
    Buffer.from(xml.replace('<REQUEST', '<!DOCTYPE REQUEST [<!ENTITY a "aaaa">]><REQUEST')),
  'something behind the end': (xml) => Buffer.from(`${xml}<REQUEST><QUERY>PROLOG</QUERY></REQUEST>`),
};

/** How agents pack, and how they do not. */
export const PACKINGS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  zlib: (bytes) => deflateSync(bytes, { level: 1 }),
  'zlib, not ended': (bytes) => deflateSync(bytes, { level: 1, finishFlush: constants.Z_SYNC_FLUSH }),
  gzip: (bytes) => gzipSync(bytes, { level: 1 }),
  'gzip, not ended': (bytes) => gzipSync(bytes, { level: 1, finishFlush: constants.Z_SYNC_FLUSH }),
  clear: (bytes) => bytes,
};

/** Packings that no agent uses; some of them can be unpacked all the same. */
export const ODD_PACKINGS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  'raw deflate': (bytes) => deflateRawSync(bytes, { level: 1 }),
  'zlib in zlib': (bytes) => deflateSync(deflateSync(bytes, { level: 1 })),
  'zlib in gzip': (bytes) => gzipSync(deflateSync(bytes, { level: 1 })),
  'two members of gzip': (bytes) =>
    Buffer.concat([gzipSync(bytes.subarray(0, 100)), gzipSync(bytes.subarray(100))]),
  'zlib with a tail': (bytes) => Buffer.concat([deflateSync(bytes, { level: 1 }), Buffer.from('tail')]),
  'zlib with a dictionary': (bytes) => deflateSync(bytes, { dictionary: Buffer.from('<REQUEST><CONTENT>') }),
  'zlib, stored only': (bytes) => deflateSync(bytes, { level: 0 }),
  'zlib of nothing': () => deflateSync(Buffer.alloc(0)),
  'a head of zlib alone': () => Buffer.from([0x78, 0x9c]),
  nothing: () => Buffer.alloc(0),
};

function declared(encoding: string, xml: string): string {
  return xml.replace(/^<\?xml[^>]*\?>/, `<?xml version="1.0" encoding="${encoding}"?>`);
}
