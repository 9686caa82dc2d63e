import { apiOk, apiQuery, type Page, pageOf, zodQuery } from '@entrepot/platform-http';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { TEMPLATE_CATALOGUE, type TemplateDescription } from './template-catalogue.js';

const system = z.enum(['windows', 'linux', 'macos']);
const query = z.strictObject({ operatingSystem: system.optional() });
const text = z.object({ en: z.string(), fr: z.string() });
const uploads = z.enum(['nothing', 'file', 'archive']);
const template = z.object({
  name: z.string(),
  operatingSystem: system,
  label: text,
  description: text,
  uploads,
  uploadsWith: z.object({ parameter: z.string(), uploads: z.enum(['nothing', 'file']) }).nullable(),
  parameters: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['text', 'choice', 'flag', 'lines', 'pairs', 'script']),
      required: z.boolean(),
      default: z
        .union([z.string(), z.boolean(), z.array(z.string()), z.record(z.string(), z.string())])
        .nullable(),
      choices: z.array(z.string()),
      label: text,
      description: text,
    }),
  ),
});

@ApiTags('packages')
@ApiBearerAuth()
@Controller('api/v1/package-templates')
export class TemplateController {
  @Get()
  @ApiOperation({
    summary: 'What a package can be made from: templates with their parameters, for each system',
  })
  @apiQuery(query)
  @apiOk(pageOf(template))
  list(@Query(zodQuery(query)) { operatingSystem }: z.output<typeof query>): Page<TemplateDescription> {
    const items = TEMPLATE_CATALOGUE.filter(
      (item) => operatingSystem === undefined || item.operatingSystem === operatingSystem,
    );
    return { items, total: items.length, next: null };
  }
}
