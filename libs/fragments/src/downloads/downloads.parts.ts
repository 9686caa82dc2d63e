import type { ModuleParts } from '@entrepot/platform-database';
import { AccessRecords } from './access-records.js';
import { ActivatedLocations } from './activated-locations.js';
import { DownloadRoutes } from './download.routes.js';
import { FindPublishedFile } from './find-published-file.js';
import { HandOverFragment } from './hand-over-fragment.js';
import { KeepActivatedLocationConsumer } from './keep-activated-location.consumer.js';
import { ReadInfoFile } from './read-info-file.js';
import { ServeFragment } from './serve-fragment.js';
import { ServeInfo } from './serve-info.js';
import { StoredLengths } from './stored-lengths.js';
import { StreamFragment } from './stream-fragment.js';

/** Info files and fragments on their way to agents. */
export const downloadsParts: ModuleParts = {
  controllers: [KeepActivatedLocationConsumer],
  providers: [
    AccessRecords,
    ActivatedLocations,
    FindPublishedFile,
    ReadInfoFile,
    StoredLengths,
    StreamFragment,
    HandOverFragment,
    ServeFragment,
    ServeInfo,
    DownloadRoutes,
  ],
};
