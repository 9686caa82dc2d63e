import type { ModuleParts } from '@entrepot/platform-database';
import { AccountFieldStore } from './account-field-store.js';
import { AccountFieldsController } from './account-fields.controller.js';
import { ChangeAccountField } from './change-account-field.js';
import { ClearAccountField } from './clear-account-field.js';
import { ClearAccountFieldConsumer } from './clear-account-field.consumer.js';
import { CreateAccountField } from './create-account-field.js';
import { DeleteAccountField } from './delete-account-field.js';
import { FieldChangesController } from './field-changes.controller.js';
import { ListAccountFields } from './list-account-fields.js';
import { ListFieldChanges } from './list-field-changes.js';
import { SetManyAccountFields } from './set-many-account-fields.js';

/** What administrators note about devices. */
export const accountFieldsParts: ModuleParts = {
  controllers: [AccountFieldsController, FieldChangesController, ClearAccountFieldConsumer],
  providers: [
    ...[AccountFieldStore, ListAccountFields, CreateAccountField, ChangeAccountField, DeleteAccountField],
    ...[ClearAccountField, SetManyAccountFields, ListFieldChanges],
  ],
};
