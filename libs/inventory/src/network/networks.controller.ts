import { CurrentPrincipal, type Principal } from '@entrepot/platform-auth';
import {
  apiBody,
  apiOk,
  apiQuery,
  pageOf,
  pageQuery,
  zodBody,
  zodParam,
  zodQuery,
  type Page,
  type PageQuery,
} from '@entrepot/platform-http';
import { Body, Controller, Delete, Get, Param, Put, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiNotFoundResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { IdentifyHost } from './identify-host.js';
import { ListHosts } from './list-hosts.js';
import { ListNetworks } from './list-networks.js';
import {
  hostIdentification,
  hostsQuery,
  hostView,
  networkView,
  type HostIdentification,
  type HostsQuery,
  type HostView,
  type NetworkView,
} from './network-view.js';
import { parseMac } from './subnet.js';

const subnet = z.ipv4();
const mac = z.string().transform((text, context) => {
  const parsed = parseMac(text);
  if (parsed !== null) return parsed;
  context.addIssue('must be a MAC, such as 00:11:22:AA:BB:CC');
  return z.NEVER;
});

@ApiTags('networks')
@ApiBearerAuth()
@Controller('api/v1/networks')
export class NetworksController {
  constructor(
    private readonly networks: ListNetworks,
    private readonly hosts: ListHosts,
    private readonly identify: IdentifyHost,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the subnets, with how many machines of each are known' })
  @apiQuery(pageQuery)
  @apiOk(pageOf(networkView))
  list(@Query(zodQuery(pageQuery)) query: PageQuery): Promise<Page<NetworkView>> {
    return this.networks.execute(query);
  }

  @Get(':subnet/hosts')
  @ApiOperation({ summary: 'List what agents found on a subnet' })
  @ApiParam({ name: 'subnet', description: 'Its first address, such as 10.0.0.0' })
  @apiQuery(hostsQuery)
  @apiOk(pageOf(hostView))
  hostsOf(
    @Param('subnet', zodParam(subnet)) address: string,
    @Query(zodQuery(hostsQuery)) query: HostsQuery,
  ): Promise<Page<HostView>> {
    return this.hosts.execute(address, query);
  }

  @Put('hosts/:mac/identification')
  @ApiOperation({ summary: 'Say what a host is' })
  @apiBody(hostIdentification)
  @apiOk(hostView)
  @ApiNotFoundResponse({ description: 'INVENTORY_HOST_NOT_FOUND' })
  identifyHost(
    @Param('mac', zodParam(mac)) address: string,
    @Body(zodBody(hostIdentification)) body: HostIdentification,
    @CurrentPrincipal() principal: Principal,
  ): Promise<HostView> {
    return this.identify.execute(principal, address, body);
  }

  @Delete('hosts/:mac/identification')
  @ApiOperation({ summary: 'Take back what a host was said to be' })
  @apiOk(hostView)
  @ApiNotFoundResponse({ description: 'INVENTORY_HOST_NOT_FOUND' })
  forgetHost(
    @Param('mac', zodParam(mac)) address: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<HostView> {
    return this.identify.execute(principal, address, null);
  }
}
