import type { Directive } from '../registry/directive.ts';
import { onOffDirective } from './setting.ts';

/** Directives that let rules change what passes. */
export const rewritingSettings: readonly Directive[] = [
  onOffDirective(
    { name: 'SecContentInjection', summary: 'Let prepend and append change response bodies.', default: 'Off' },
    'contentInjection',
  ),
  onOffDirective(
    {
      name: 'SecStreamInBodyInspection',
      summary: 'Keep a copy of the request body as STREAM_INPUT_BODY, which @rsub can rewrite.',
      default: 'Off',
    },
    'streamInBodyInspection',
  ),
  onOffDirective(
    {
      name: 'SecStreamOutBodyInspection',
      summary: 'Keep a copy of the response body as STREAM_OUTPUT_BODY, which @rsub can rewrite.',
      default: 'Off',
    },
    'streamOutBodyInspection',
  ),
];
