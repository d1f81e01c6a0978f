export { createHttpServer, type HttpParts, openApiDocument } from './server.ts';
