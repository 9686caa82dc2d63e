declare const brand: unique symbol;

/** A string that only its own parser can make, so that two kinds of id cannot be swapped. */
export type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Our own id of an inventoried machine: a UUID that lasts for the machine's life. */
export type DeviceId = Branded<'DeviceId'>;
/** What an agent calls itself: `<host>-YYYY-MM-DD-HH-MM-SS` (OCS-PROTOCOL.md §1.4). */
export type AgentDeviceId = Branded<'AgentDeviceId'>;
/** Our own id of a package: a UUID. */
export type PackageId = Branded<'PackageId'>;
/** The 10-digit number by which agents know a package (OCS-PROTOCOL.md §2.5, PACK `ID`). */
export type FileId = Branded<'FileId'>;
/** A package made available at an info location and a fragment location: a UUID. */
export type ActivationId = Branded<'ActivationId'>;
/** An activation given to a device: a UUID. */
export type AssignmentId = Branded<'AssignmentId'>;
/** What became of one attempt of an assignment on one device: a UUID. */
export type DeliveryId = Branded<'DeliveryId'>;
/** An upload in progress: a UUID. */
export type UploadId = Branded<'UploadId'>;
/** A person or a program that may call the API: a UUID. */
export type AccountId = Branded<'AccountId'>;
/** A token that an account made for a program: a UUID. */
export type ApiTokenId = Branded<'ApiTokenId'>;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const FILE_ID = /^[1-9]\d{9}$/;
const AGENT_DEVICE_ID = /^.+-\d{4}(?:-\d{2}){5}$/;
const AGENT_DEVICE_ID_MAX = 255;

/**
 * Reads a UUID as the given kind of id.
 * @returns the id, or null when the text is no lower-case UUID
 */
export function parseUuid<Id extends Branded<string>>(text: string): Id | null {
  return UUID.test(text) ? (text as Id) : null;
}

/**
 * Reads a file id.
 * @returns the id, or null when the text is not exactly ten digits without a leading zero, or does not fit
 * the signed 32-bit integer that agents keep it in (OCS-PROTOCOL.md §2.5)
 */
export function parseFileId(text: string): FileId | null {
  return FILE_ID.test(text) && Number(text) <= 0x7fffffff ? (text as FileId) : null;
}

/**
 * Reads an agent's DEVICEID (OCS-PROTOCOL.md §1.4). Control characters are refused, blanks and dots are not.
 * @returns the id, or null when it has another form or more than 255 characters
 */
export function parseAgentDeviceId(text: string): AgentDeviceId | null {
  if (text.length > AGENT_DEVICE_ID_MAX || hasControlCharacter(text)) return null;
  return AGENT_DEVICE_ID.test(text) ? (text as AgentDeviceId) : null;
}

function hasControlCharacter(text: string): boolean {
  for (let i = 0; i < text.length; i++)
    if (text.charCodeAt(i) < 0x20 || text.charCodeAt(i) === 0x7f) return true;
  return false;
}
