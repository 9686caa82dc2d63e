import { CurrentPrincipal, type Principal } from '@entrepot/platform-auth';
import { Controller, Head, Options, Patch, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { UploadServer } from './upload-server.js';

/** tus 1.0 (https://tus.io/protocols/resumable-upload): POST starts an upload over, HEAD and PATCH go on with it. */
@ApiTags('packages')
@ApiBearerAuth()
@ApiParam({ name: 'id', description: 'As in the upload.url of a package', type: 'string', format: 'uuid' })
@Controller('api/v1/uploads/:id')
export class UploadController {
  constructor(private readonly server: UploadServer) {}

  @Options()
  @ApiOperation({ summary: 'What of tus is spoken here' })
  options(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentPrincipal() by: Principal,
  ): Promise<void> {
    return this.server.handle(request, reply, by);
  }

  @Post()
  @ApiOperation({ summary: 'Start the upload (over), telling Upload-Length; Location is this same address' })
  create(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentPrincipal() by: Principal,
  ): Promise<void> {
    return this.server.handle(request, reply, by);
  }

  @Head()
  @ApiOperation({ summary: 'How much has arrived: Upload-Offset' })
  head(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentPrincipal() by: Principal,
  ): Promise<void> {
    return this.server.handle(request, reply, by);
  }

  @Patch()
  @ApiOperation({ summary: 'Send bytes from Upload-Offset on, as application/offset+octet-stream' })
  patch(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentPrincipal() by: Principal,
  ): Promise<void> {
    return this.server.handle(request, reply, by);
  }
}
