/**
 * What a value in the configuration may look like. A `ValueType` reads a YAML node, explains itself to people and gives
 * its JSON Schema, so that validation, reference page and editor support come from one place.
 */
export { listOf, mapOf } from './field/lists-and-maps.ts';
export { duration, SIZE_UNITS, size } from './field/quantities.ts';
export { choice, flag, integer, text } from './field/scalars.ts';
export { defaultsOf, section, yamlName } from './field/section.ts';
export type * from './field/value-type.ts';
