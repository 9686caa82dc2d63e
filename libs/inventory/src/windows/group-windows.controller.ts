import { CurrentPrincipal, type Principal } from '@entrepot/platform-auth';
import { apiBody, apiOk, zodBody, zodParam } from '@entrepot/platform-http';
import { Body, Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { groupId } from '../groups/group.js';
import { ChangeGroupWindows } from './change-group-windows.js';
import {
  groupWindowsView,
  newWindows,
  type GroupWindowsView,
  type NewWindows,
} from './group-windows-view.js';
import { ShowGroupWindows } from './show-group-windows.js';

@ApiTags('groups')
@ApiBearerAuth()
@ApiParam({ name: 'id', description: 'The group' })
@ApiNotFoundResponse({ description: 'INVENTORY_GROUP_NOT_FOUND' })
@Controller('api/v1/groups/:id/maintenance-windows')
export class GroupWindowsController {
  constructor(
    private readonly show: ShowGroupWindows,
    private readonly change: ChangeGroupWindows,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Show when devices of a group may be told of new packages' })
  @apiOk(groupWindowsView)
  one(@Param('id', zodParam(groupId)) id: string): Promise<GroupWindowsView> {
    return this.show.execute(id);
  }

  @Put()
  @ApiOperation({
    summary: 'Say when devices of a group may be told of new packages; what they were told of goes on',
  })
  @apiBody(newWindows)
  @apiOk(groupWindowsView)
  set(
    @Param('id', zodParam(groupId)) id: string,
    @Body(zodBody(newWindows)) body: NewWindows,
    @CurrentPrincipal() principal: Principal,
  ): Promise<GroupWindowsView> {
    return this.change.set(principal, id, body.windows);
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({ summary: 'Take its maintenance windows from a group' })
  @ApiNoContentResponse({ description: 'It has none.' })
  async drop(
    @Param('id', zodParam(groupId)) id: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.change.remove(principal, id);
  }
}
