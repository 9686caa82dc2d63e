import { CurrentPrincipal, type Principal } from '@entrepot/platform-auth';
import { apiBody, apiCreated, apiOk, pageOf, zodBody, zodParam, type Page } from '@entrepot/platform-http';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import {
  accountFieldChanges,
  accountFieldName,
  accountFieldView,
  newAccountField,
  type AccountFieldChanges,
  type AccountFieldView,
  type NewAccountField,
} from './account-field.schemas.js';
import { ChangeAccountField } from './change-account-field.js';
import { CreateAccountField } from './create-account-field.js';
import { DeleteAccountField } from './delete-account-field.js';
import { ListAccountFields } from './list-account-fields.js';
import {
  manyFieldsSet,
  manyFieldValues,
  SetManyAccountFields,
  type ManyFieldsSet,
  type ManyFieldValues,
} from './set-many-account-fields.js';

@ApiTags('account-fields')
@ApiBearerAuth()
@Controller('api/v1/account-fields')
export class AccountFieldsController {
  constructor(
    private readonly fields: ListAccountFields,
    private readonly createField: CreateAccountField,
    private readonly changeField: ChangeAccountField,
    private readonly deleteField: DeleteAccountField,
    private readonly setMany: SetManyAccountFields,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List what is noted about devices: TAG and the fields that people added' })
  @apiOk(pageOf(accountFieldView))
  list(): Promise<Page<AccountFieldView>> {
    return this.fields.execute();
  }

  @Post()
  @ApiOperation({ summary: 'Add a field to all devices' })
  @apiBody(newAccountField)
  @apiCreated(accountFieldView)
  @ApiConflictResponse({ description: 'INVENTORY_ACCOUNT_FIELD_EXISTS, INVENTORY_ACCOUNT_FIELD_LIMIT' })
  create(
    @Body(zodBody(newAccountField)) body: NewAccountField,
    @CurrentPrincipal() principal: Principal,
  ): Promise<AccountFieldView> {
    return this.createField.execute(principal, body);
  }

  @Put('values')
  @ApiOperation({ summary: 'Set values of many devices, named or found by criteria; at most 10,000' })
  @apiBody(manyFieldValues)
  @apiOk(manyFieldsSet)
  setValues(
    @Body(zodBody(manyFieldValues)) body: ManyFieldValues,
    @CurrentPrincipal() principal: Principal,
  ): Promise<ManyFieldsSet> {
    return this.setMany.execute(principal, body);
  }

  @Patch(':name')
  @ApiOperation({ summary: 'Change what a field is; its type only while no device has a value' })
  @apiBody(accountFieldChanges)
  @apiOk(accountFieldView)
  @ApiNotFoundResponse({ description: 'INVENTORY_ACCOUNT_FIELD_NOT_FOUND' })
  @ApiConflictResponse({ description: 'INVENTORY_ACCOUNT_FIELD_IN_USE' })
  change(
    @Param('name', zodParam(accountFieldName)) name: string,
    @Body(zodBody(accountFieldChanges)) body: AccountFieldChanges,
    @CurrentPrincipal() principal: Principal,
  ): Promise<AccountFieldView> {
    return this.changeField.execute(principal, name, body);
  }

  @Delete(':name')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a field; its values stay in the history of the devices' })
  @ApiNoContentResponse()
  @ApiNotFoundResponse({ description: 'INVENTORY_ACCOUNT_FIELD_NOT_FOUND' })
  @ApiConflictResponse({ description: 'INVENTORY_ACCOUNT_FIELD_REQUIRED' })
  async remove(
    @Param('name', zodParam(accountFieldName)) name: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.deleteField.execute(principal, name);
  }
}
