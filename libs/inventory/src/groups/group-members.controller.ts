import { CurrentPrincipal, type Principal } from '@entrepot/platform-auth';
import {
  apiBody,
  apiOk,
  apiQuery,
  pageOf,
  zodBody,
  zodParam,
  zodQuery,
  type Page,
} from '@entrepot/platform-http';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiNotFoundResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { AddMembers } from './add-members.js';
import { memberQuery, newMembers, type MemberQuery, type NewMembers } from './group-bodies.js';
import { selection, type Selection } from './group-selection.js';
import { groupMember, membersChanged, type GroupMember, type MembersChanged } from './group-view.js';
import { groupId } from './group.js';
import { ListMembers } from './list-members.js';
import { OverwriteMembers } from './overwrite-members.js';
import { RemoveMembers } from './remove-members.js';

@ApiTags('groups')
@ApiBearerAuth()
@ApiParam({ name: 'id', description: 'The group' })
@ApiNotFoundResponse({ description: 'INVENTORY_GROUP_NOT_FOUND' })
@Controller('api/v1/groups/:id/members')
export class GroupMembersController {
  constructor(
    private readonly list: ListMembers,
    private readonly add: AddMembers,
    private readonly overwrite: OverwriteMembers,
    private readonly remove: RemoveMembers,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'List the members of a group, or its devices of one origin, in the order of their names',
  })
  @apiQuery(memberQuery)
  @apiOk(pageOf(groupMember))
  all(
    @Param('id', zodParam(groupId)) id: string,
    @Query(zodQuery(memberQuery)) query: MemberQuery,
  ): Promise<Page<GroupMember>> {
    return this.list.execute(id, query);
  }

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Add devices; in a dynamic group, include them or keep them out whatever its criteria say',
  })
  @apiBody(newMembers)
  @apiOk(membersChanged)
  @ApiConflictResponse({ description: 'INVENTORY_GROUP_KIND' })
  put(
    @Param('id', zodParam(groupId)) id: string,
    @Body(zodBody(newMembers)) body: NewMembers,
    @CurrentPrincipal() principal: Principal,
  ): Promise<MembersChanged> {
    return this.add.execute(principal, id, body);
  }

  @Put()
  @ApiOperation({ summary: 'Make these devices the members of a group that is not dynamic, and nobody else' })
  @apiBody(selection)
  @apiOk(membersChanged)
  @ApiConflictResponse({ description: 'INVENTORY_GROUP_KIND' })
  replace(
    @Param('id', zodParam(groupId)) id: string,
    @Body(zodBody(selection)) body: Selection,
    @CurrentPrincipal() principal: Principal,
  ): Promise<MembersChanged> {
    return this.overwrite.execute(principal, id, body);
  }

  @Delete()
  @ApiOperation({ summary: 'Remove devices; in a dynamic group, let its criteria decide about them again' })
  @apiBody(selection)
  @apiOk(membersChanged)
  takeOut(
    @Param('id', zodParam(groupId)) id: string,
    @Body(zodBody(selection)) body: Selection,
    @CurrentPrincipal() principal: Principal,
  ): Promise<MembersChanged> {
    return this.remove.execute(principal, id, body);
  }
}
