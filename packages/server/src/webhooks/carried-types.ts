import { definitionOf, eventTypes, isEventType } from '../catalog/index.ts';
import { type Format, type FormatName, formatNames, formatsByName } from '../formats/index.ts';

type Carrier = Pick<Format, 'eventTypes' | 'carriesCustomTypes'>;

/** The event types that can travel in a format, in the catalogue's order, the organization's own after them. */
export function carriedTypes(format: Carrier, customTypes: readonly string[]): readonly string[] {
  const own = format.eventTypes === '*' ? eventTypes : format.eventTypes;
  return format.carriesCustomTypes ? [...own, ...customTypes] : own;
}

/** Whether events of this type can travel in a format; types outside the catalogue are somebody's own. */
export function carriesType(format: Carrier, type: string): boolean {
  if (!isEventType(type)) return format.carriesCustomTypes;
  return format.eventTypes === '*' || format.eventTypes.includes(type);
}

/** Whether it is about webhooks themselves: such events go to those who name them, not to those who take everything. */
export function isOperational(type: string): boolean {
  return isEventType(type) && definitionOf(type).family === 'operational';
}

export function formatsThatCarry(type: string): readonly FormatName[] {
  return formatNames.filter((name) => carriesType(formatsByName[name], type));
}
