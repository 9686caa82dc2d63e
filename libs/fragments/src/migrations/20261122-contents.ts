import { forwardOnly } from '@entrepot/platform-database';
import { createMessagingTables } from '@entrepot/platform-messaging';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Contents by their SHA-256, the life of what is published, limits of networks, proxy caches, and messaging. */
export class Contents1795305600000 implements MigrationInterface {
  readonly name = 'Contents1795305600000';

  async up(runner: QueryRunner): Promise<void> {
    await createMessagingTables(runner, 'fragments');
    await runner.query(CONTENTS);
    await runner.query(DOWNLOADS);
    await runner.query(PROXIES);
  }

  down(): Promise<void> {
    forwardOnly();
  }
}

// What was published before keeps its objects where they are; of equal ones the first becomes the content.
const CONTENTS = `
  CREATE TABLE fragments.content (
    sha256 text PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    size bigint NOT NULL CHECK (size > 0),
    -- Ordered by its bytes, so that the keys of one package are neighbours.
    object_key text COLLATE "C" NOT NULL UNIQUE,
    -- When the object under that key was written.
    stored_at timestamptz NOT NULL DEFAULT now(),
    -- When all of it was last read and found right.
    verified_at timestamptz,
    damaged_at timestamptz,
    damage text,
    repair_tried_at timestamptz
  );
  CREATE INDEX content_checked ON fragments.content (coalesce(verified_at, stored_at)) WHERE damaged_at IS NULL;
  CREATE INDEX content_damaged ON fragments.content (damaged_at) WHERE damaged_at IS NOT NULL;
  INSERT INTO fragments.content (sha256, size, object_key)
    SELECT DISTINCT ON (sha256) sha256, size, 'package/' || file_id || '/' || name
    FROM fragments.published_blob ORDER BY sha256, file_id, name;
  ALTER TABLE fragments.published_blob
    ADD CONSTRAINT published_blob_content FOREIGN KEY (sha256) REFERENCES fragments.content (sha256);
  CREATE INDEX published_blob_sha256 ON fragments.published_blob (sha256);
  CREATE TABLE fragments.published_package (
    file_id text PRIMARY KEY,
    published_at timestamptz NOT NULL DEFAULT now(),
    -- Its fragments are 1 to this; known for ever, since proxy caches are purged of them by name when the rows are gone.
    fragments integer NOT NULL CHECK (fragments >= 0),
    -- Its package was deleted: the info file is served no more, fragments until keep_until.
    withdrawn_at timestamptz,
    keep_until timestamptz,
    -- No agent asks for its fragments any more; may be known before its deletion is.
    released_at timestamptz,
    -- Its rows of published_blob are gone; its file id is never used again.
    freed_at timestamptz,
    verification_asked_at timestamptz
  );
  CREATE INDEX published_package_kept ON fragments.published_package (keep_until)
    WHERE withdrawn_at IS NOT NULL AND freed_at IS NULL;
  INSERT INTO fragments.published_package (file_id, fragments)
    SELECT file_id, count(*) FILTER (WHERE name <> 'info') FROM fragments.published_blob GROUP BY file_id;
  -- Objects that nothing refers to any more, still to be deleted.
  CREATE TABLE fragments.object_cleanup (
    object_key text COLLATE "C" PRIMARY KEY,
    since timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX object_cleanup_since ON fragments.object_cleanup (since);
`;

const DOWNLOADS = `
  CREATE TABLE fragments.download_limit (
    id uuid PRIMARY KEY,
    network cidr NOT NULL UNIQUE,
    max_parallel integer CHECK (max_parallel > 0),
    bytes_per_second bigint CHECK (bytes_per_second > 0),
    description text NOT NULL,
    created_at timestamptz NOT NULL
  );
  -- Where the fragments of activations are that are elsewhere than by default, for the info files of their agents.
  CREATE TABLE fragments.activated_location (
    activation_id uuid PRIMARY KEY,
    file_id text NOT NULL,
    fragment_location text NOT NULL
  );
`;

const PROXIES = `
  CREATE TABLE fragments.proxy_cache (
    id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE,
    kind text NOT NULL CHECK (kind IN ('forward', 'accelerator')),
    host text NOT NULL,
    port integer NOT NULL CHECK (port BETWEEN 1 AND 65535),
    -- For an accelerator: what comes after host and port of its fragment location.
    path text NOT NULL DEFAULT '',
    requires_password boolean NOT NULL DEFAULT false,
    allows_purge boolean NOT NULL DEFAULT false,
    networks cidr[] NOT NULL DEFAULT '{}',
    description text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    -- What the last probe found.
    probed_at timestamptz,
    probe jsonb
  );
  CREATE TABLE fragments.proxy_purge (
    proxy_cache_id uuid NOT NULL REFERENCES fragments.proxy_cache ON DELETE CASCADE,
    file_id text NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'purged', 'refused', 'unreachable')),
    asked_at timestamptz NOT NULL,
    -- Purge only when the package is served no more, or the next agent would bring it back into the cache.
    after_freeing boolean NOT NULL,
    ended_at timestamptz,
    detail text,
    PRIMARY KEY (proxy_cache_id, file_id)
  );
  CREATE INDEX proxy_purge_asked ON fragments.proxy_purge (proxy_cache_id, asked_at DESC, file_id DESC);
`;
