import type { ChannelOptions } from '@grpc/grpc-js';

const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;

const messageSize: ChannelOptions = {
  'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
  'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
};

export const serverOptions: ChannelOptions = {
  ...messageSize,
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 10_000,
};

/** A server that comes back, perhaps under another address of the same name, is found within about two seconds. */
export const clientOptions: ChannelOptions = {
  ...messageSize,
  'grpc.initial_reconnect_backoff_ms': 200,
  'grpc.max_reconnect_backoff_ms': 2_000,
  'grpc.dns_min_time_between_resolutions_ms': 2_000,
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 10_000,
  // The parts of one installation talk directly, whatever proxy the site uses for the outside.
  'grpc.enable_http_proxy': 0,
  'grpc.use_local_subchannel_pool': 1,
};
