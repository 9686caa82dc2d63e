import type { Provider, Type } from '@nestjs/common';

/** What one folder of this context adds to the module. */
export interface ModuleParts {
  readonly controllers: readonly Type[];
  readonly providers: readonly Provider[];
}
