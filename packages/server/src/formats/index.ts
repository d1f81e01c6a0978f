export {
  type DeliveryFacts,
  type Format,
  type FormatName,
  formatNames,
  isOrder,
  type Method,
  methods,
  type RenderedRequest,
  type RequestShape,
  type WebhookFacts,
} from './format.ts';
export { formatOf, formatsByName } from './registry.ts';
