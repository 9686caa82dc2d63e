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
  type PageQuery,
} from '@entrepot/platform-http';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiForbiddenResponse,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { z } from 'zod';
import { KeepSearches } from './keep-searches.js';
import {
  newSearch,
  savedSearch,
  savedSearchQuery,
  searchChange,
  type NewSearch,
  type SavedSearch,
  type SearchChange,
} from './saved-search.js';
import { ShowSearches } from './show-searches.js';

const searchId = z.uuid().transform((id) => id.toLowerCase());

@ApiTags('search')
@ApiBearerAuth()
@Controller('api/v1/searches')
export class SavedSearchesController {
  constructor(
    private readonly show: ShowSearches,
    private readonly keep: KeepSearches,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List your saved searches and those that others share' })
  @apiQuery(savedSearchQuery)
  @apiOk(pageOf(savedSearch))
  all(
    @Query(zodQuery(savedSearchQuery)) query: PageQuery,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Page<SavedSearch>> {
    return this.show.list(principal, query);
  }

  @Post()
  @ApiOperation({ summary: 'Keep a search, for yourself or for everybody' })
  @apiBody(newSearch)
  @apiCreated(savedSearch)
  @ApiConflictResponse({ description: 'INVENTORY_SEARCH_NAME_TAKEN, INVENTORY_SEARCH_LIMIT' })
  create(
    @Body(zodBody(newSearch)) body: NewSearch,
    @CurrentPrincipal() principal: Principal,
  ): Promise<SavedSearch> {
    return this.keep.create(principal, body);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Show a saved search' })
  @ApiParam({ name: 'id', description: 'The saved search' })
  @apiOk(savedSearch)
  @ApiNotFoundResponse({ description: 'INVENTORY_SEARCH_NOT_FOUND' })
  one(
    @Param('id', zodParam(searchId)) id: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<SavedSearch> {
    return this.show.one(principal, id);
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Change one of your saved searches' })
  @ApiParam({ name: 'id', description: 'The saved search' })
  @apiBody(searchChange)
  @apiOk(savedSearch)
  @ApiNotFoundResponse({ description: 'INVENTORY_SEARCH_NOT_FOUND' })
  @ApiForbiddenResponse({ description: 'HTTP_FORBIDDEN' })
  @ApiConflictResponse({ description: 'INVENTORY_SEARCH_NAME_TAKEN' })
  change(
    @Param('id', zodParam(searchId)) id: string,
    @Body(zodBody(searchChange)) body: SearchChange,
    @CurrentPrincipal() principal: Principal,
  ): Promise<SavedSearch> {
    return this.keep.change(principal, id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete one of your saved searches' })
  @ApiParam({ name: 'id', description: 'The saved search' })
  @ApiNoContentResponse({ description: 'Deleted.' })
  @ApiNotFoundResponse({ description: 'INVENTORY_SEARCH_NOT_FOUND' })
  @ApiForbiddenResponse({ description: 'HTTP_FORBIDDEN' })
  remove(
    @Param('id', zodParam(searchId)) id: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    return this.keep.delete(principal, id);
  }
}
