import { type AgentDeviceId, parseAgentDeviceId } from '@entrepot/kernel';
import { cutSoftware } from './cut-software.js';
import { cutText } from './cut-text.js';
import { decodeInventory, isCutFromContent } from './decode-inventory.js';
import { decodeText } from './decode-text.js';
import { WireError } from './errors.js';
import type {
  AgentRequest,
  DownloadRequest,
  InventoryRequest,
  NotifyRequest,
  SectionRow,
} from './requests.js';
import { scanPlainXml } from './scan-plain-xml.js';
import { toSectionRow } from './section-row.js';
import { SentSoftware } from './sent-software.js';
import { childOf, childrenOf, parseXml, textOf, type XmlNode } from './xml-tree.js';

const MAX_TEXT = 255;
const MAX_INTERFACES = 1024;

/**
 * Reads an inflated request body (OCS-PROTOCOL.md §1.3, §1.8). The software of a plain inventory is left unread; the bytes
 * must not change as long as it is wanted.
 * @throws WireError with the status to answer: WIRE_XML_INVALID, WIRE_XML_TOO_COMPLEX, WIRE_DOCTYPE_REFUSED,
 * WIRE_DEVICEID_INVALID, WIRE_QUERY_UNKNOWN, WIRE_CONTENT_MISSING
 */
export function decodeRequest(bytes: Uint8Array): AgentRequest {
  const document = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return decodeCutInventory(document) ?? decodeWhole(document);
}

/** Reads an inventory but for its software; null for any other document, and for one that has to be read as a whole. */
function decodeCutInventory(document: Buffer): InventoryRequest | null {
  const cut = cutSoftware(document);
  if (cut === null) return null;
  const request = scanPlainXml(cut.rest);
  if (request === null || textOf(request, 'QUERY') !== 'INVENTORY') return null;
  const deviceId = parseAgentDeviceId(sentDeviceId(request) ?? '');
  if (deviceId === null) return null;
  const software = new SentSoftware(cut.block, () => reread(document, deviceId));
  const inventory = decodeInventory(request, deviceId, software);
  return isCutFromContent(request, inventory) ? inventory : null;
}

/** No agent hides another request in its software: whoever does is refused. */
function reread(document: Buffer, deviceId: AgentDeviceId): InventoryRequest {
  const request = decodeWhole(document);
  if (request.query === 'INVENTORY' && request.deviceId === deviceId) return request;
  throw new WireError('WIRE_XML_INVALID', 'The document has two requests in one.');
}

/**
 * Reads a request with everything in it.
 * @throws WireError as `decodeRequest`
 */
export function decodeWhole(document: Buffer): AgentRequest {
  const request = parseXml(decodeText(document));
  const deviceId = readDeviceId(request);
  const query = textOf(request, 'QUERY');
  switch (query) {
    case 'PROLOG':
      return { query, deviceId };
    case 'INVENTORY':
      return decodeInventory(request, deviceId);
    case 'DOWNLOAD':
      return decodeDownload(request, deviceId);
    case 'NOTIFY':
      return decodeNotify(request, deviceId);
    default:
      throw new WireError(
        'WIRE_QUERY_UNKNOWN',
        query === null ? 'QUERY is missing.' : 'QUERY must be PROLOG, INVENTORY, DOWNLOAD or NOTIFY.',
        { field: 'QUERY', sent: query?.slice(0, MAX_TEXT) },
      );
  }
}

function sentDeviceId(request: XmlNode): string | null {
  return textOf(request, 'DEVICEID') ?? textOf(childOf(request, 'CONTENT'), 'DEVICEID');
}

function readDeviceId(request: XmlNode): AgentDeviceId {
  const sent = sentDeviceId(request);
  const deviceId = parseAgentDeviceId(sent ?? '');
  if (deviceId === null) {
    throw new WireError(
      'WIRE_DEVICEID_INVALID',
      sent === null ? 'DEVICEID is missing.' : 'DEVICEID must have the form <host>-YYYY-MM-DD-HH-MM-SS.',
      { field: 'DEVICEID', sent: sent?.slice(0, MAX_TEXT) },
    );
  }
  return deviceId;
}

function decodeDownload(request: XmlNode, deviceId: AgentDeviceId): DownloadRequest {
  return {
    query: 'DOWNLOAD',
    deviceId,
    fileId: cutText(textOf(request, 'ID') ?? '', MAX_TEXT),
    result: cutText(textOf(request, 'ERR') ?? 'UNKNOWN_CODE', MAX_TEXT),
  };
}

function decodeNotify(request: XmlNode, deviceId: AgentDeviceId): NotifyRequest {
  const interfaces = childrenOf(request, 'IFACE').slice(0, MAX_INTERFACES).map(toSectionRow);
  return {
    query: 'NOTIFY',
    deviceId,
    type: cutText(textOf(request, 'TYPE') ?? '', MAX_TEXT),
    interfaces: interfaces.filter((row): row is SectionRow => row !== null),
    ipAddress: textOf(childOf(request, 'HARDWARE'), 'IPADDR'),
  };
}
