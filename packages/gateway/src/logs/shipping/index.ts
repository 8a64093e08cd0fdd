export { parseDestination } from './destination.ts';
export { openShipping, type ShippingOptions } from './shipping.ts';
