import {
  AckPolicy,
  DeliverPolicy,
  RetentionPolicy,
  StorageType,
  type JetStreamManager,
  type StreamConfig,
} from '@nats-io/jetstream';

const DAY_NS = 24 * 3600 * 1e9;
const DUPLICATE_WINDOW_NS = 120 * 1e9;
/** How long a consumer may be silent about a message before it is given to another. */
export const ACK_WAIT_MS = 30_000;
/** Messages that one consumer works on at once. */
export const MAX_UNDER_WAY = 64;

export const EVENT_STREAM = 'OCS_EVENTS';
const JOB_STREAM = 'OCS_JOBS';

type StreamShape = Pick<StreamConfig, 'name' | 'subjects' | 'retention' | 'max_age'>;

/** The streams of ARCHITECTURE.md "How things travel"; only features of nats-server 2.9. */
const STREAMS: readonly StreamShape[] = [
  { name: EVENT_STREAM, subjects: ['ocs.evt.>'], retention: RetentionPolicy.Limits, max_age: 7 * DAY_NS },
  { name: JOB_STREAM, subjects: ['ocs.job.>'], retention: RetentionPolicy.Workqueue, max_age: 0 },
  { name: 'OCS_DEAD', subjects: ['ocs.dead.>'], retention: RetentionPolicy.Limits, max_age: 30 * DAY_NS },
];

/** Creates the streams that are missing and leaves the others as an operator may have tuned them. */
export async function ensureStreams(manager: JetStreamManager): Promise<void> {
  const existing = new Set<string>();
  for await (const name of manager.streams.names()) existing.add(name);
  for (const stream of STREAMS.filter(({ name }) => !existing.has(name))) {
    await manager.streams.add({
      ...stream,
      storage: StorageType.File,
      duplicate_window: DUPLICATE_WINDOW_NS,
    });
  }
}

/** Creates the durable pull consumer of one handler when it is missing. */
export async function ensureConsumer(
  manager: JetStreamManager,
  name: string,
  subject: string,
): Promise<{ stream: string; durable: string }> {
  const stream = subject.startsWith('ocs.job.') ? JOB_STREAM : EVENT_STREAM;
  const durable = name.replace('.', '_');
  await manager.consumers.add(stream, {
    durable_name: durable,
    filter_subject: subject,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: ACK_WAIT_MS * 1e6,
    max_deliver: -1,
    max_ack_pending: MAX_UNDER_WAY,
  });
  return { stream, durable };
}
