import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { inputInvalid } from './input-invalid.js';

/** Checks a body: `@Body(zodBody(createPackageSchema)) body: CreatePackage`. */
export function zodBody<Output>(schema: z.ZodType<Output>): PipeTransform<unknown, Output> {
  return new ZodPipe(schema);
}

/** Checks a query: `@Query(zodQuery(listQuery)) query: ListQuery`. Its values are texts: coerce numbers. */
export function zodQuery<Output>(schema: z.ZodType<Output>): PipeTransform<unknown, Output> {
  return new ZodPipe(schema);
}

/** Checks one parameter of the path: `@Param('id', zodParam(z.uuid())) id: string`. */
export function zodParam<Output>(schema: z.ZodType<Output>): PipeTransform<unknown, Output> {
  return new ZodPipe(schema);
}

class ZodPipe<Output> implements PipeTransform<unknown, Output> {
  constructor(private readonly schema: z.ZodType<Output>) {}

  transform(value: unknown, metadata: ArgumentMetadata): Output {
    const result = this.schema.safeParse(value);
    if (result.success) return result.data;
    throw inputInvalid(result.error, metadata.data ?? metadata.type);
  }
}
