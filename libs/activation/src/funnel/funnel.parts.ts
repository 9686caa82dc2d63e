import type { ModuleParts } from '@entrepot/platform-database';
import { ForgetProgress } from './forget-progress.js';
import { ProgressRepository } from './progress.repository.js';
import { RecordAccessesConsumer } from './record-accesses.consumer.js';
import { RecordAccesses } from './record-accesses.js';

/** How far downloads are, as the fragments program sees it. */
export const funnelParts: ModuleParts = {
  controllers: [RecordAccessesConsumer],
  providers: [RecordAccesses, ForgetProgress, ProgressRepository],
};
