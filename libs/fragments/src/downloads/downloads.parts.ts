import type { ModuleParts } from '@entrepot/platform-database';
import { DownloadController } from './download.controller.js';
import { OpenPublishedFile } from './open-published-file.js';

/** Info files and fragments on their way to agents. */
export const downloadsParts: ModuleParts = {
  controllers: [DownloadController],
  providers: [OpenPublishedFile],
};
