import { defineConfig, optional, required, withDefault } from './define-config.js';
import {
  clamdAddress,
  host,
  hostPort,
  location,
  networks,
  oneOf,
  origin,
  origins,
  port,
  text,
  url,
  urlPath,
  urls,
  wholeNumber,
} from './rules.js';

/** Where the program listens, what agents are told, and how much it takes from them. */
export const httpConfig = defineConfig({
  host: withDefault('ENTREPOT_HOST', host, '127.0.0.1', 'Address that the program listens on.'),
  httpPort: withDefault('ENTREPOT_HTTP_PORT', port, '8080', 'Port for http.'),
  httpsPort: withDefault('ENTREPOT_HTTPS_PORT', port, '8443', 'Port for https.'),
  publicHost: optional(
    'ENTREPOT_PUBLIC_HOST',
    host,
    'Host name or address that agents are told; the address listened on, or else the host name, unless set.',
  ),
  dataDirectory: withDefault('ENTREPOT_DATA_DIR', text, '.entrepot', 'Folder for keys and local data.'),
  maxBodyBytes: withDefault(
    'ENTREPOT_MAX_BODY_BYTES',
    wholeNumber(1_024, 2 ** 30),
    String(32 * 2 ** 20),
    'Largest body that an agent may send, in bytes, as it is on the wire.',
  ),
  maxInflatedBytes: withDefault(
    'ENTREPOT_MAX_INFLATED_BYTES',
    wholeNumber(1_024, 2 ** 30),
    String(16 * 2 ** 20),
    'Largest inventory after inflating, in bytes.',
  ),
  trustedProxies: optional(
    'ENTREPOT_TRUSTED_PROXIES',
    networks,
    'Networks of the proxies whose X-Forwarded-For is believed, comma-separated; nobody unless set.',
  ),
});

/** Where agents fetch packages, when that is not simply the public host. */
export const locationsConfig = defineConfig({
  info: optional(
    'ENTREPOT_INFO_LOCATION',
    location,
    'Where agents fetch info files, by https; the public host and https port unless set (required when distributed).',
  ),
  fragments: optional(
    'ENTREPOT_FRAGMENT_LOCATION',
    location,
    'Where agents fetch fragments; the public host and http port unless set (required when distributed).',
  ),
});

/** What every program logs. */
export const logConfig = defineConfig({
  level: withDefault(
    'ENTREPOT_LOG_LEVEL',
    oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    'info',
    'The least important kind of log line that is written.',
  ),
});

/** Postgres. Embedded mode starts its own when no URL is set. */
export const databaseConfig = defineConfig({
  url: optional(
    'DATABASE_URL',
    url('postgres', 'postgresql'),
    'Postgres to use; embedded starts its own unless set.',
    {
      secret: true,
    },
  ),
  poolSize: withDefault(
    'ENTREPOT_DATABASE_POOL',
    wholeNumber(8, 200),
    '10',
    'Connections to Postgres of each context.',
  ),
});

/** The message bus of a distributed installation. */
export const natsConfig = defineConfig({
  url: optional(
    'NATS_URL',
    urls('nats', 'tls'),
    'NATS server with JetStream (distributed); the servers of a cluster are separated by commas.',
    { secret: true },
  ),
});

/** What each program of a distributed installation reads, whatever it is for. */
export const distributedParts = {
  http: httpConfig,
  log: logConfig,
  database: required(databaseConfig, 'url'),
  nats: required(natsConfig, 'url'),
};

/** The object store of a distributed installation. */
export const s3Config = defineConfig({
  endpoint: optional('S3_ENDPOINT', origin, 'S3 server (distributed).'),
  accessKey: optional('S3_ACCESS_KEY', text, 'Access key of the S3 server.'),
  secretKey: optional('S3_SECRET_KEY', text, 'Secret key of the S3 server.', { secret: true }),
  bucket: withDefault('S3_BUCKET', text, 'entrepot', 'Bucket that holds the packages; created when missing.'),
  region: withDefault('S3_REGION', text, 'us-east-1', 'Region of the bucket.'),
});

/** What the builder allows and asks. */
export const builderConfig = defineConfig({
  quotaBytes: optional(
    'ENTREPOT_QUOTA_BYTES',
    wholeNumber(1, 2 ** 49),
    'Bytes that uploads and packages may take together; as many as fit unless set.',
  ),
  virusScanner: optional(
    'ENTREPOT_CLAMD',
    clamdAddress,
    'Where clamd scans archives before they are built: host:port, or the path of its socket; not scanned unless set.',
  ),
});

/** How stored bytes are kept and served. */
export const fragmentsConfig = defineConfig({
  objectDirectory: optional(
    'ENTREPOT_OBJECT_DIR',
    text,
    'Folder for packages instead of an S3 server (distributed); one fragments program may use it.',
  ),
  acceleratedPrefix: optional(
    'ENTREPOT_ACCEL_PREFIX',
    urlPath,
    'Internal location by which nginx serves the objects of that folder itself (X-Accel-Redirect); through the program unless set.',
  ),
  scrubDays: withDefault(
    'ENTREPOT_SCRUB_DAYS',
    wholeNumber(1, 3_650),
    '30',
    'Days in which all stored packages are read again and compared with their digests.',
  ),
  keepDeletedDays: withDefault(
    'ENTREPOT_KEEP_DELETED_DAYS',
    wholeNumber(0, 3_650),
    '30',
    'Days that agents may go on fetching a deleted package that they were told of; sooner when none is left.',
  ),
  repairSources: optional(
    'ENTREPOT_REPAIR_SOURCES',
    urls('http', 'https'),
    'Download addresses of other servers with the same packages, from which damaged bytes are replaced, separated by commas.',
  ),
});

/** What the checks of activations trust. */
export const activationConfig = defineConfig({
  caFile: optional(
    'ENTREPOT_CA_FILE',
    text,
    'Certificate (PEM) of the authority that agents trust, for checking info locations; the usual authorities unless set (embedded: its own).',
  ),
});

/** The first account. */
export const adminConfig = defineConfig({
  password: optional(
    'ENTREPOT_ADMIN_PASSWORD',
    text,
    'Password of the administrator; a new value replaces the old password at the next start. Made up and printed once unless set.',
    { secret: true },
  ),
});

/** Where the program answers the calls of other programs (distributed). */
export const rpcServerConfig = defineConfig({
  host: withDefault(
    'ENTREPOT_RPC_HOST',
    host,
    '127.0.0.1',
    'Address that calls from other programs come in on.',
  ),
  port: withDefault('ENTREPOT_RPC_PORT', port, '9090', 'Port that calls from other programs come in on.'),
});

/** Where the other programs answer (distributed). A program marks those it calls with `required()`. */
export const rpcClientsConfig = defineConfig({
  activation: optional('ENTREPOT_ACTIVATION_RPC', hostPort, 'Where the activation program answers calls.'),
  inventory: optional('ENTREPOT_INVENTORY_RPC', hostPort, 'Where the inventory program answers calls.'),
  fragments: optional('ENTREPOT_FRAGMENTS_RPC', hostPort, 'Where the fragments program answers calls.'),
  identity: optional('ENTREPOT_IDENTITY_RPC', hostPort, 'Where the identity program answers calls.'),
});

/** The program that shows the API of all programs as one document (identity, distributed). */
export const apiPartsConfig = defineConfig({
  parts: optional(
    'ENTREPOT_API_PARTS',
    origins,
    'The other programs’ http addresses, for the one API document of a distributed installation.',
  ),
});

/** Read by the `entrepot` command; listed so that a server started from the same shell does not refuse them. */
export const cliConfig = defineConfig({
  url: withDefault(
    'ENTREPOT_URL',
    url('http', 'https'),
    'http://127.0.0.1:8080',
    'Server that the entrepot command talks to.',
  ),
  token: optional('ENTREPOT_TOKEN', text, 'Token that the entrepot command sends.', { secret: true }),
});
