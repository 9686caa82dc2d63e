export { RpcModule, type RemoteService } from './rpc.module.js';
export { createRpcClient, type RpcClientOptions } from './rpc-client.js';
export { startRpcServer, type RpcAddress, type RunningRpcServer, type ServedRpc } from './rpc-server.js';
