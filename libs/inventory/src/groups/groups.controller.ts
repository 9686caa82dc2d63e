import { CurrentPrincipal, type Principal } from '@entrepot/platform-auth';
import {
  apiBody,
  apiCreated,
  apiOk,
  apiQuery,
  pageOf,
  zodBody,
  zodParam,
  zodQuery,
  type Page,
} from '@entrepot/platform-http';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { ChangeGroup } from './change-group.js';
import { CreateGroup } from './create-group.js';
import { DeleteGroup } from './delete-group.js';
import { EvaluateGroup } from './evaluate-group.js';
import {
  groupChange,
  groupQuery,
  newGroup,
  type GroupChange,
  type GroupQuery,
  type NewGroup,
} from './group-bodies.js';
import { groupDetails, groupSummary, type GroupDetails, type GroupSummary } from './group-view.js';
import { groupId } from './group.js';
import { ListGroups } from './list-groups.js';
import { ShowGroup } from './show-group.js';

@ApiTags('groups')
@ApiBearerAuth()
@Controller('api/v1/groups')
export class GroupsController {
  constructor(
    private readonly list: ListGroups,
    private readonly show: ShowGroup,
    private readonly create: CreateGroup,
    private readonly change: ChangeGroup,
    private readonly remove: DeleteGroup,
    private readonly evaluate: EvaluateGroup,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List groups, in the order of their names' })
  @apiQuery(groupQuery)
  @apiOk(pageOf(groupSummary))
  all(@Query(zodQuery(groupQuery)) query: GroupQuery): Promise<Page<GroupSummary>> {
    return this.list.execute(query);
  }

  @Post()
  @ApiOperation({
    summary: 'Make a group of ticked devices, of a search result, or of whatever fits criteria',
  })
  @apiBody(newGroup)
  @apiCreated(groupDetails)
  @ApiConflictResponse({ description: 'INVENTORY_GROUP_NAME_TAKEN' })
  add(
    @Body(zodBody(newGroup)) body: NewGroup,
    @CurrentPrincipal() principal: Principal,
  ): Promise<GroupDetails> {
    return this.create.execute(principal, body);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Show a group: its definition, counts, and what depends on it' })
  @ApiParam({ name: 'id', description: 'The group' })
  @apiOk(groupDetails)
  @ApiNotFoundResponse({ description: 'INVENTORY_GROUP_NOT_FOUND' })
  one(@Param('id', zodParam(groupId)) id: string): Promise<GroupDetails> {
    return this.show.execute(id);
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Rename, describe or redefine a group' })
  @ApiParam({ name: 'id', description: 'The group' })
  @apiBody(groupChange)
  @apiOk(groupDetails)
  @ApiNotFoundResponse({ description: 'INVENTORY_GROUP_NOT_FOUND' })
  @ApiConflictResponse({
    description: 'INVENTORY_GROUP_NAME_TAKEN, INVENTORY_GROUP_CYCLE or INVENTORY_GROUP_KIND',
  })
  alter(
    @Param('id', zodParam(groupId)) id: string,
    @Body(zodBody(groupChange)) body: GroupChange,
    @CurrentPrincipal() principal: Principal,
  ): Promise<GroupDetails> {
    return this.change.execute(principal, id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a group; its devices stay' })
  @ApiParam({ name: 'id', description: 'The group' })
  @ApiNoContentResponse({ description: 'Deleted.' })
  @ApiNotFoundResponse({ description: 'INVENTORY_GROUP_NOT_FOUND' })
  @ApiConflictResponse({ description: 'INVENTORY_GROUP_IN_USE' })
  async drop(
    @Param('id', zodParam(groupId)) id: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.remove.execute(principal, id);
  }

  @Post(':id/evaluate')
  @HttpCode(200)
  @ApiOperation({ summary: 'Compare all devices with the definition now' })
  @ApiParam({ name: 'id', description: 'The group' })
  @apiOk(groupDetails)
  @ApiNotFoundResponse({ description: 'INVENTORY_GROUP_NOT_FOUND' })
  @ApiConflictResponse({ description: 'INVENTORY_GROUP_KIND' })
  async compare(@Param('id', zodParam(groupId)) id: string): Promise<GroupDetails> {
    await this.evaluate.whole(id, 'asked');
    return this.show.execute(id);
  }
}
