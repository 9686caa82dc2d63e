import type { ModuleParts } from '@entrepot/platform-database';
import { AskVerification } from './ask-verification.js';
import { CopySources } from './copy-sources.js';
import { DoubtPackageConsumer } from './doubt-package.consumer.js';
import { IntegrityRepository } from './integrity.repository.js';
import { ListStoredPackages } from './list-stored-packages.js';
import { ReadContent } from './read-content.js';
import { RepairContent } from './repair-content.js';
import { ScrubContents } from './scrub-contents.js';
import { StoredPackageQueries } from './stored-package.queries.js';
import { StoredPackagesController } from './stored-packages.controller.js';
import { VerifyContent } from './verify-content.js';
import { VerifyPackageConsumer } from './verify-package.consumer.js';
import { VerifyPackage } from './verify-package.js';

/** Whether what is stored is what was published. */
export const integrityParts: ModuleParts = {
  controllers: [StoredPackagesController, VerifyPackageConsumer, DoubtPackageConsumer],
  providers: [
    IntegrityRepository,
    ReadContent,
    CopySources,
    RepairContent,
    VerifyContent,
    VerifyPackage,
    AskVerification,
    ScrubContents,
    StoredPackageQueries,
    ListStoredPackages,
  ],
};
