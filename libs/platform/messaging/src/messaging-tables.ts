import type { QueryRunner } from 'typeorm';

/**
 * Creates the messaging tables of a context; its first migration calls this. Landed migrations depend on it, so it
 * never changes: a later shape is another function.
 */
export async function createMessagingTables(runner: QueryRunner, schema: string): Promise<void> {
  await runner.query(`
    CREATE TABLE ${schema}.outbox (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      message_id uuid NOT NULL UNIQUE,
      subject text NOT NULL,
      ordering_key text NOT NULL,
      payload jsonb NOT NULL,
      traceparent text NOT NULL DEFAULT '',
      created_at timestamptz NOT NULL DEFAULT now(),
      published_at timestamptz
    );
    CREATE INDEX outbox_unpublished ON ${schema}.outbox (id) WHERE published_at IS NULL;
    CREATE INDEX outbox_published_at ON ${schema}.outbox USING brin (published_at);
    CREATE TABLE ${schema}.inbox (
      consumer text NOT NULL,
      message_id uuid NOT NULL,
      handled_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (consumer, message_id)
    );
    CREATE TABLE ${schema}.dead_letter (
      id uuid PRIMARY KEY DEFAULT uuidv7(),
      consumer text NOT NULL,
      message_id uuid NOT NULL,
      subject text NOT NULL,
      ordering_key text NOT NULL,
      payload jsonb NOT NULL,
      reason text NOT NULL,
      failed_at timestamptz NOT NULL DEFAULT now(),
      replayed_at timestamptz,
      UNIQUE (consumer, message_id)
    );
    CREATE TABLE ${schema}.bus_epoch (
      only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
      epoch text NOT NULL
    );
  `);
}
