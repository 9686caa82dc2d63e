import { deflateReply } from '@entrepot/ocs-wire';
import { describe, expect, it } from 'vitest';
import { PackedReplies } from './packed-replies.js';

describe('packed replies', () => {
  it('are the same bytes for the same text and packing, and no others', async () => {
    const replies = new PackedReplies();
    const xml = '<REPLY><RESPONSE>STOP</RESPONSE></REPLY>';
    const packed = await replies.pack(xml, 'zlib');
    expect(packed).toEqual(await deflateReply(xml, 'zlib'));
    expect(await replies.pack(xml, 'zlib')).toBe(packed);
    expect(await replies.pack(xml, 'clear')).toEqual(Buffer.from(xml));
    expect(await replies.pack(`${xml} `, 'zlib')).not.toEqual(packed);
  });

  it('are not kept when they are long', async () => {
    const replies = new PackedReplies();
    const long = 'x'.repeat(2_049);
    expect(await replies.pack(long, 'zlib')).not.toBe(await replies.pack(long, 'zlib'));
  });
});
