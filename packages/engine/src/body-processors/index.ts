import type { BodyProcessor } from '../registry/body-processor.ts';
import { json } from './json.ts';
import { multipart } from './multipart.ts';
import { urlencoded } from './urlencoded.ts';
import { xml } from './xml.ts';

/** Every body processor, by name. */
export const bodyProcessors: readonly BodyProcessor[] = [json, multipart, urlencoded, xml];
