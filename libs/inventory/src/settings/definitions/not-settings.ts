/** Keys of OCS that somebody may look for and that are no settings here, by the reason (OCS-PROTOCOL.md §9). */
const REASONS: readonly (readonly [reason: string, keys: string])[] = [
  [
    'The program writes its log to its standard output; ENTREPOT_LOG_LEVEL sets how much.',
    'LOGPATH LOGLEVEL DBI_PRINT_ERROR',
  ],
  [
    'Every change of a device is an event and is in the audit trail; nothing has to be traced apart.',
    'TRACE_DELETED DOWNLOAD_GROUPS_TRACE_EVENTS',
  ],
  [
    'Requests of one device wait for each other and are never refused, so that no lock has to be reused.',
    'LOCK_REUSE_TIME',
  ],
  [
    'Inventories are always compared section by section and written in one transaction.',
    'INVENTORY_DIFF INVENTORY_WRITE_DIFF INVENTORY_TRANSACTION',
  ],
  [
    'There is no cache of values that would have to be kept or cleaned: suggestions come from what is stored.',
    'INVENTORY_CACHE_ENABLED INVENTORY_CACHE_REVALIDATE INVENTORY_CACHE_KEEP',
  ],
  [
    'An inventory needs no session: it is taken whether or not a PROLOG came before it.',
    'INVENTORY_SESSION_ONLY SESSION_VALIDITY_TIME SESSION_CLEAN_TIME',
  ],
  [
    'There are no filters to load; ALLOWED_AGENTS says which agents are answered.',
    'INVENTORY_FILTER_ENABLED INVENTORY_FILTER_ON PROLOG_FILTER_ON INVENTORY_FILTER_FLOOD_IP INVENTORY_FILTER_FLOOD_IP_CACHE_TIME EXT_USERAGENTS_FILE_PATH TRUSTED_IP',
  ],
  ['zlib, gzip and clear XML are always understood.', 'COMPRESS_TRY_OTHERS UNICODE_SUPPORT'],
  [
    'Groups are always on and always current: they are evaluated when an inventory or a definition changes.',
    'ENABLE_GROUPS GROUPS_CACHE_REVALIDATE GROUPS_CACHE_OFFSET',
  ],
  [
    'What groups say of IPDISCOVER_ROLE always counts, after the device’s own value.',
    'IPDISCOVER_USE_GROUPS',
  ],
  ['Subnets are not bound to a TAG.', 'IPDISCOVER_LINK_TAG_NETWORK'],
  [
    'Fragments are kept in the object store, and an activation says where agents find them.',
    'DOWNLOAD_PACK_DIR DOWNLOAD_URI_INFO DOWNLOAD_URI_FRAG DOWNLOAD_ACTIVATE_FRAG DOWNLOAD_RATIO_FRAG DOWNLOAD_AUTO_ACTIVATE',
  ],
  ['Each package has its own protocol.', 'DOWNLOAD_PROTOCOL'],
  [
    'Redistribution servers are not set up by these keys.',
    'DOWNLOAD_REDISTRIB DOWNLOAD_SERVER_URI DOWNLOAD_SERVER_DOCROOT DOWNLOAD_REP_CREAT',
  ],
  ['Agents are updated by packages; the old ways are not served.', 'DEPLOY UPDATE PROXY_REVALIDATE_DELAY'],
  [
    'Files of inventories belong to the link between entities, not to these settings.',
    'GENERATE_OCS_FILES GENERATE_OCS_FILES_SNMP OCS_FILES_FORMAT OCS_FILES_OVERWRITE OCS_FILES_PATH LOCAL_URI_SERVER',
  ],
  [
    'SNMP scans are not supported.',
    'SNMP SNMP_SWITCH SNMP_NETWORK SNMP_INVENTORY_DIFF SNMP_LINK_TAG SCAN_TYPE_SNMP',
  ],
  [
    'It concerns the old console only.',
    'INTERFACE_LAST_CONTACT WARN_UPDATE TAB_CACHE EXPORT_SEP LOG_GUI ADVANCE_CONFIGURATION',
  ],
  ['The old server does not read it either.', 'SECURITY_LEVEL'],
  [
    'Settings are kept in the database only; nothing overloads them.',
    'OPTIONS_NOT_OVERLOADED DB_LOCAL DB_HOST DB_PORT DB_NAME DB_USER DB_PWD',
  ],
];

/** Why a key of OCS is no setting here, by the key. */
export const NOT_SETTINGS: ReadonlyMap<string, string> = new Map(
  REASONS.flatMap(([reason, keys]) => keys.split(' ').map((key) => [key, reason] as const)),
);
