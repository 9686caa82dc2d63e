import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiQuery } from '@nestjs/swagger';
import type { z } from 'zod';
import { openApiSchema } from './json-schema.js';

type Decorator = MethodDecorator & ClassDecorator;

/** Describes the body of an operation. */
export function apiBody(schema: z.ZodType, description?: string): Decorator {
  return applyDecorators(
    ApiBody({ schema: openApiSchema(schema, 'input'), required: true, ...(description && { description }) }),
  ) as Decorator;
}

/** Describes the 200 answer of an operation. */
export function apiOk(schema: z.ZodType, description = 'Done.'): Decorator {
  return applyDecorators(
    ApiOkResponse({ schema: openApiSchema(schema, 'output'), description }),
  ) as Decorator;
}

/** Describes the 201 answer of an operation. */
export function apiCreated(schema: z.ZodType, description = 'Created.'): Decorator {
  return applyDecorators(
    ApiCreatedResponse({ schema: openApiSchema(schema, 'output'), description }),
  ) as Decorator;
}

/** Describes the query of an operation, one parameter for each member of the schema. */
export function apiQuery(schema: z.ZodObject): Decorator {
  const whole = openApiSchema(schema, 'input') as { required?: string[] };
  const parameters = Object.entries(schema.shape).map(([name, member]) =>
    ApiQuery({
      name,
      required: whole.required?.includes(name) ?? false,
      schema: openApiSchema(member as z.ZodType, 'input'),
    }),
  );
  return applyDecorators(...parameters) as Decorator;
}
