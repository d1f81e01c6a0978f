export {
  createImports,
  type ImportReceipt,
  type ImportRequest,
  type Imports,
  mostImportBytes,
} from './imports.ts';
