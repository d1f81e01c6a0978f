export { createHttpServer, type HttpParts } from './server.ts';
