import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { isForOwnPart, withParts } from './open-api-parts.js';
import { PROBLEM_CONTENT_TYPE } from './problem.js';

export interface OpenApiOptions {
  readonly title: string;
  readonly version: string;
  /** Base URLs of other programs whose parts of the API are shown too, asked for each time. */
  readonly parts?: readonly string[];
}

const API = '/api/';

const PROBLEM_SCHEMA = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code', 'instance'],
  properties: {
    type: { type: 'string', example: 'urn:entrepot:error:HTTP_INPUT_INVALID' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', description: 'Stable: programs may depend on it.' },
    field: { type: 'string', description: 'The bad input, by its path.' },
    instance: { type: 'string', description: 'The id of the request, also in X-Request-Id.' },
  },
};

/** Describes the operators' API of a program from its controllers; agents' and health routes are left out. */
export function buildOpenApi(app: NestFastifyApplication, options: OpenApiOptions): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle(options.title)
    .setVersion(options.version)
    .addBearerAuth({ type: 'http', scheme: 'bearer' })
    .addSecurityRequirements('bearer')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}.${method}`,
  });
  document.paths = Object.fromEntries(
    Object.entries(document.paths).filter(([path]) => path.startsWith(API)),
  );
  const schemas = { ...document.components?.schemas, Problem: PROBLEM_SCHEMA };
  document.components = { ...document.components, schemas };
  for (const item of Object.values(document.paths)) {
    for (const operation of Object.values(item) as { responses?: Record<string, unknown> }[]) {
      if (operation.responses) operation.responses['default'] ??= PROBLEM_RESPONSE;
    }
  }
  return document;
}

const PROBLEM_RESPONSE = {
  description: 'Refused or failed: a problem document (RFC 9457).',
  content: { [PROBLEM_CONTENT_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
};

/**
 * Serves the document at GET /api/openapi.json and a page to try it at /api/docs. Call it before `listen`. With `parts`,
 * 503 when one of them does not answer: half a document would look like the whole.
 */
export function setupOpenApi(app: NestFastifyApplication, options: OpenApiOptions): void {
  const { parts = [] } = options;
  SwaggerModule.setup('api/docs', app, () => buildOpenApi(app, options), {
    jsonDocumentUrl: 'api/openapi.json',
    raw: ['json'],
    customSiteTitle: options.title,
    swaggerOptions: { persistAuthorization: true },
    ...(parts.length > 0 && {
      patchDocumentOnRequest: <Request, Reply>(request: Request, _reply: Reply, own: OpenAPIObject) =>
        isForOwnPart(request) ? own : withParts(own, parts),
    }),
  });
}
