import { SetMetadata, type CustomDecorator } from '@nestjs/common';

export const PUBLIC_ROUTE = 'entrepot:public-route';

/** Opens one route of the API (or all of a controller) to callers without a token. */
export const Public = (): CustomDecorator => SetMetadata(PUBLIC_ROUTE, true);
