import { apiOk, apiQuery, pageOf, zodParam, zodQuery, type Page } from '@entrepot/platform-http';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ListFields, sectionFields, type SectionFields } from './list-fields.js';
import {
  suggestion,
  suggestionQuery,
  SuggestValues,
  type Suggestion,
  type SuggestionQuery,
} from './suggest-values.js';

const name = z.string().regex(/^[\p{L}_][\p{L}\p{N}_.:-]{0,63}$/u, 'must be a name');

@ApiTags('search')
@ApiBearerAuth()
@Controller('api/v1/fields')
export class FieldsController {
  constructor(
    private readonly list: ListFields,
    private readonly suggest: SuggestValues,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the sections and fields that searches can ask for' })
  @apiOk(pageOf(sectionFields))
  all(): Promise<Page<SectionFields>> {
    return this.list.execute();
  }

  @Get(':section/:field/values')
  @ApiOperation({ summary: 'Suggest values of a field' })
  @ApiParam({ name: 'section', description: 'A section such as BIOS, or device or account' })
  @ApiParam({ name: 'field', description: 'The field, such as SMODEL' })
  @apiQuery(suggestionQuery)
  @apiOk(pageOf(suggestion))
  values(
    @Param('section', zodParam(name)) section: string,
    @Param('field', zodParam(name)) field: string,
    @Query(zodQuery(suggestionQuery)) query: SuggestionQuery,
  ): Promise<Page<Suggestion>> {
    return this.suggest.execute(section, field, query);
  }
}
