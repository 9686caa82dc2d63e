import { z } from 'zod';
import type { OpenAPIObject } from '@nestjs/swagger';

export type OpenApiSchema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

/**
 * The JSON schema of a zod schema as OpenAPI 3.0 writes it.
 * @param side what is described: what a client sends (`input`) or what it gets (`output`)
 */
export function openApiSchema(schema: z.ZodType, side: 'input' | 'output'): OpenApiSchema {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io: side,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema._zod.def.type === 'date')
        Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
    },
  });
  void $schema;
  return rest as OpenApiSchema;
}
