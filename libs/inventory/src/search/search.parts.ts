import type { ModuleParts } from '@entrepot/platform-database';
import { ReadColumns } from './columns.js';
import { CompileCriteria } from './compile-criteria.js';
import { CountDevices } from './count-devices.js';
import { CompileFilter } from './device-filter.js';
import { DeviceSearchController } from './device-search.controller.js';
import { ExplainSearch } from './explain-search.js';
import { ExportDevices } from './export-devices.js';
import { FieldValueDictionary } from './field-value-dictionary.js';
import { FieldsController } from './fields.controller.js';
import { KeepSearches } from './keep-searches.js';
import { ReadKnownValues } from './known-values.js';
import { ListFields } from './list-fields.js';
import { ListSoftware } from './list-software.js';
import { ListVersions } from './list-versions.js';
import { MatchSoftware } from './match-software.js';
import { SavedSearchesController } from './saved-searches.controller.js';
import { SearchTransactions } from './search-transactions.js';
import { ShowSearches } from './show-searches.js';
import { SoftwareController } from './software.controller.js';
import { SuggestValues } from './suggest-values.js';

/** The multicriteria search, and what helps to put one together. */
export const searchParts: ModuleParts = {
  controllers: [DeviceSearchController, FieldsController, SoftwareController, SavedSearchesController],
  providers: [
    ...[CompileCriteria, ReadKnownValues, MatchSoftware, FieldValueDictionary],
    ...[CompileFilter, SearchTransactions, ReadColumns, CountDevices, ExplainSearch, ExportDevices],
    ...[ListFields, SuggestValues, ListSoftware, ListVersions, ShowSearches, KeepSearches],
  ],
};
