export { FragmentsModule } from './fragments.module.js';
