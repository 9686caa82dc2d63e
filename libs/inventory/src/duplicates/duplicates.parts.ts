import type { ModuleParts } from '@entrepot/platform-database';
import { ArchiveDevice } from '../devices/archive-device.js';
import { DeleteDevice } from '../devices/delete-device.js';
import { DeviceStatesController } from '../devices/device-states.controller.js';
import { PurgeDeletedDevices } from '../devices/purge-deleted-devices.js';
import { RestoreDevice } from '../devices/restore-device.js';
import { BlacklistController } from './blacklist.controller.js';
import { ChangeBlacklist } from './change-blacklist.js';
import { DecideDevice } from './decide-device.js';
import { DecideDuplicate } from './decide-duplicate.js';
import { DuplicatesController } from './duplicates.controller.js';
import { IdentifyDevices } from './identify-devices.js';
import { IdentityRules } from './identity-rules.js';
import { IdentityTransactions } from './identity-transactions.js';
import { ListBlacklist } from './list-blacklist.js';
import { ListDuplicates } from './list-duplicates.js';
import { ListMerges } from './list-merges.js';
import { MergeDevices } from './merge-devices.js';
import { MergeManually } from './merge-manually.js';
import { MergesController } from './merges.controller.js';
import { PreviewMerge } from './preview-merge.js';
import { UndoManually } from './undo-manually.js';
import { UndoMerge } from './undo-merge.js';

/** Recognises devices, merges and splits them, and says which of them there are. */
export const duplicatesParts: ModuleParts = {
  controllers: [DuplicatesController, MergesController, BlacklistController, DeviceStatesController],
  providers: [
    ...[IdentityRules, IdentityTransactions, MergeDevices, UndoMerge, DecideDevice, IdentifyDevices],
    ...[ListDuplicates, DecideDuplicate, ListMerges, MergeManually, PreviewMerge, UndoManually],
    ...[ListBlacklist, ChangeBlacklist, DeleteDevice, ArchiveDevice, RestoreDevice, PurgeDeletedDevices],
  ],
};
