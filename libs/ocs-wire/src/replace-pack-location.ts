import { attribute } from './xml-writer.js';

// A quotation mark inside another value is written &quot;, so this can be found nowhere else.
const PACK_LOC = / PACK_LOC="[^"]*"/;

/**
 * An info file with another PACK_LOC (AGENT-BEHAVIOUR.md, finding 3); unchanged when it has none, as those of Windows.
 * @param location `host[:port]/path`, without scheme
 */
export function replacePackLocation(info: Buffer, location: string): Buffer {
  return Buffer.from(
    info.toString('utf8').replace(PACK_LOC, () => attribute('PACK_LOC', location)),
    'utf8',
  );
}
