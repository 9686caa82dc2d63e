import { getMetadataArgsStorage } from 'typeorm';
import { DeliveryEntity } from './delivery.entity.js';

/**
 * What a statement selects so that each row is a whole `DeliveryEntity`. Hot paths read deliveries by prepared
 * statements: to build a query, and to have it planned each time, costs more than to run it.
 * @param alias of the delivery table in the statement
 */
export function deliveryColumns(alias: string): string {
  return getMetadataArgsStorage()
    .filterColumns(DeliveryEntity)
    .map(({ propertyName, options }) => `${alias}.${options.name ?? propertyName} AS "${propertyName}"`)
    .join(', ');
}
