import type { ModuleParts } from '@entrepot/platform-database';
import { DeviceMergeRepository } from './device-merge.repository.js';
import { DeviceRepository } from './device.repository.js';
import { FollowMergesConsumer } from './follow-merges.consumer.js';
import { FollowMerges } from './follow-merges.js';
import { KeepDeviceConsumer } from './keep-device.consumer.js';
import { KnownNames } from './known-names.js';

/** What is known of devices: their names and their merges. */
export const devicesParts: ModuleParts = {
  controllers: [KeepDeviceConsumer, FollowMergesConsumer],
  providers: [FollowMerges, KnownNames, DeviceRepository, DeviceMergeRepository],
};
