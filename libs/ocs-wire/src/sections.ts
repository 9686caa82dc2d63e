/** How a field's value is coerced: `text` is cut to `max` characters, `longtext` to 64 Ki. */
export type FieldDefinition =
  | { readonly kind: 'text'; readonly max: number }
  | { readonly kind: 'longtext' | 'int' | 'bigint' | 'date' | 'datetime' };

/** One kind of rows in an inventory (OCS-PROTOCOL.md §3.3). */
export interface SectionDefinition {
  readonly name: string;
  /** The bit of CHECKSUM that says "changed"; 0 for sections that are always processed. */
  readonly mask: number;
  /** False when a device has one row at most. */
  readonly multi: boolean;
  /** Rows are added at each inventory and never removed. */
  readonly appendOnly: boolean;
  readonly fields: ReadonlyMap<string, FieldDefinition>;
}

const DEFAULT_TEXT: FieldDefinition = { kind: 'text', max: 255 };

/** Fields are written `NAME` for 255 characters, `NAME:20` for fewer, `NAME:int` for another kind. */
function section(
  name: string,
  mask: number,
  rows: 'one' | 'many' | 'append',
  fields: string,
): SectionDefinition {
  return {
    name,
    mask,
    multi: rows !== 'one',
    appendOnly: rows === 'append',
    fields: new Map(fields.trim().split(/\s+/).map(field)),
  };
}

function field(notation: string): [string, FieldDefinition] {
  const [name = '', kind] = notation.split(':');
  switch (kind) {
    case undefined:
      return [name, DEFAULT_TEXT];
    case 'longtext':
    case 'int':
    case 'bigint':
    case 'date':
    case 'datetime':
      return [name, { kind }];
    default:
      return [name, { kind: 'text', max: Number(kind) }];
  }
}

const DEFINITIONS: readonly SectionDefinition[] = [
  section(
    'HARDWARE',
    1,
    'one',
    `NAME WORKGROUP USERDOMAIN OSNAME OSVERSION OSCOMMENTS PROCESSORT PROCESSORS:int PROCESSORN:int MEMORY:int
     SWAP:int IPADDR DNS DEFAULTGATEWAY USERID TYPE:int DESCRIPTION WINCOMPANY WINOWNER WINPRODID WINPRODKEY
     LASTDATE:datetime CHECKSUM:bigint UUID ARCH CATEGORY_ID:int`,
  ),
  section(
    'BIOS',
    0,
    'one',
    'SMANUFACTURER SMODEL SSN TYPE BMANUFACTURER BVERSION BDATE ASSETTAG MMANUFACTURER MMODEL MSN',
  ),
  section(
    'MEMORIES',
    4,
    'many',
    'CAPTION DESCRIPTION CAPACITY:int PURPOSE TYPE SPEED NUMSLOTS:int SERIALNUMBER',
  ),
  section('SLOTS', 8, 'many', 'NAME DESCRIPTION DESIGNATION PURPOSE STATUS PSHARE:int'),
  section('REGISTRY', 16, 'many', 'NAME REGVALUE:longtext'),
  section('CONTROLLERS', 32, 'many', 'MANUFACTURER NAME CAPTION DESCRIPTION VERSION TYPE'),
  section('MONITORS', 64, 'many', 'MANUFACTURER CAPTION DESCRIPTION TYPE SERIAL'),
  section('PORTS', 128, 'many', 'TYPE NAME CAPTION DESCRIPTION'),
  section(
    'STORAGES',
    256,
    'many',
    'MANUFACTURER NAME MODEL DESCRIPTION TYPE DISKSIZE:int SERIALNUMBER FIRMWARE',
  ),
  section(
    'DRIVES',
    512,
    'many',
    'LETTER TYPE FILESYSTEM TOTAL:int FREE:int NUMFILES:int VOLUMN CREATEDATE:date',
  ),
  section('INPUTS', 1024, 'many', 'TYPE MANUFACTURER CAPTION DESCRIPTION INTERFACE POINTTYPE'),
  section('MODEMS', 2048, 'many', 'NAME MODEL DESCRIPTION TYPE'),
  section(
    'NETWORKS',
    4096,
    'many',
    `DESCRIPTION TYPE TYPEMIB SPEED MTU MACADDR STATUS IPADDRESS IPMASK IPGATEWAY IPSUBNET IPDHCP
     VIRTUALDEV:int`,
  ),
  section(
    'PRINTERS',
    8192,
    'many',
    'NAME DRIVER PORT DESCRIPTION SERVERNAME SHARENAME RESOLUTION:50 COMMENT SHARED:int NETWORK:int',
  ),
  section('SOUNDS', 16_384, 'many', 'MANUFACTURER NAME DESCRIPTION'),
  section('VIDEOS', 32_768, 'many', 'NAME CHIPSET MEMORY RESOLUTION'),
  section(
    'SOFTWARES',
    65_536,
    'many',
    `NAME PUBLISHER VERSION FOLDER:longtext COMMENTS:longtext FILENAME FILESIZE:int SOURCE:int GUID LANGUAGE
     INSTALLDATE:datetime BITSWIDTH:int ARCHITECTURE`,
  ),
  section('VIRTUALMACHINES', 131_072, 'many', 'NAME STATUS SUBSYSTEM VMTYPE UUID VCPU:int MEMORY:int'),
  section(
    'CPUS',
    262_144,
    'many',
    `MANUFACTURER TYPE SERIALNUMBER SPEED CORES:int L2CACHESIZE CPUARCH DATA_WIDTH:int
     CURRENT_ADDRESS_WIDTH:int LOGICAL_CPUS:int VOLTAGE CURRENT_SPEED SOCKET`,
  ),
  section('SIM', 524_288, 'many', 'OPERATOR OPNAME COUNTRY SERIALNUMBER DEVICEID PHONENUMBER'),
  section(
    'BATTERIES',
    1_048_576,
    'many',
    `CHEMISTRY:20 CYCLES:int DESCRIPTION:10 DESIGNCAPACITY:10 DESIGNVOLTAGE:20 ESTIMATEDCHARGEREMAINING
     MANUFACTURER NAME SERIALNUMBER STATUS`,
  ),
  section('USBDEVICES', 2_097_152, 'many', 'DESCRIPTION INTERFACE MANUFACTURER SERIAL TYPE'),
  section('LOCAL_USERS', 0, 'many', 'ID_USER GID NAME HOME SHELL LOGIN'),
  section('LOCAL_GROUPS', 0, 'many', 'ID_GROUP NAME MEMBER'),
  section(
    'REPOSITORY',
    0,
    'many',
    'BASEURL EXCLUDE EXCLUDED EXPIRE FILENAME MIRRORS NAME PKGS REVISION SIZE TAG UPDATED',
  ),
  section('JAVAINFO', 0, 'one', 'JAVANAME JAVAPATHLEVEL:int JAVACOUNTRY JAVACLASSPATH JAVAHOME'),
  section('JOURNALLOG', 0, 'append', 'JOURNALLOG:longtext LISTENERNAME DATE STATUS:int ERRORCODE:int'),
  section('IPDISCOVER', 0, 'many', 'I M N'),
];

/**
 * The sections that the protocol defines, by name. ACCOUNTINFO and DOWNLOAD are no sections of rows; every
 * other name is an unknown section and kept generically.
 */
export const SECTIONS: ReadonlyMap<string, SectionDefinition> = new Map(
  DEFINITIONS.map((definition) => [definition.name, definition]),
);
