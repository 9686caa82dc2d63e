import type { ModuleParts } from '@entrepot/platform-database';
import { TemplateController } from './template.controller.js';

/** Templates that write commands and archives. */
export const templatesParts: ModuleParts = {
  controllers: [TemplateController],
  providers: [],
};
