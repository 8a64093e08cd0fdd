import type { IncomingHttpHeaders } from 'node:http';
import { IncomingMessage } from '../node-http.ts';

/** What Node's server itself asks for. */
type AskedByNode = 'content-length' | 'expect' | 'te' | 'transfer-encoding' | 'upgrade';

/**
 * Node's request, without the object of all headers it would make for the five it looks at: that took as long as all our own checks of
 * the head (`strict-http.ts`), which read `rawHeaders`. `headers` has these five and nothing else.
 */
export class GateRequest extends IncomingMessage {
  #asked: IncomingHttpHeaders | undefined;

  // @ts-expect-error Node's types call it a property; it is an accessor there too.
  override get headers(): IncomingHttpHeaders {
    return (this.#asked ??= askedByNode(this.rawHeaders));
  }
}

function askedByNode(raw: readonly string[]): IncomingHttpHeaders {
  const asked: IncomingHttpHeaders = {};
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = knownName(raw[at] as string);
    // As Node joins what comes twice; our own checks refuse that anyway.
    if (name !== undefined) asked[name] = asked[name] === undefined ? raw[at + 1] : `${asked[name]}, ${raw[at + 1]}`;
  }
  return asked;
}

/** Most names are of another length, which spares the look at their letters. */
function knownName(name: string): AskedByNode | undefined {
  let wanted: AskedByNode;
  switch (name.length) {
    case 2:
      wanted = 'te';
      break;
    case 6:
      wanted = 'expect';
      break;
    case 7:
      wanted = 'upgrade';
      break;
    case 14:
      wanted = 'content-length';
      break;
    case 17:
      wanted = 'transfer-encoding';
      break;
    default:
      return undefined;
  }
  return name.toLowerCase() === wanted ? wanted : undefined;
}
