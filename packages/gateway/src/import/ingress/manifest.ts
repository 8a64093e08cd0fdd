/** Kubernetes manifests as far as an Ingress is concerned: values with the lines they stand on. */
import { isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import type { Ledger } from '../proxy/ledger.ts';
import type { Statement } from '../proxy/statement.ts';

export interface Word {
  readonly text: string;
  readonly at: Statement;
}

export interface IngressPath {
  readonly at: Statement;
  readonly path: string;
  readonly type: string;
  /** Undefined where the backend is no service. */
  readonly service: string | undefined;
  /** Number or name. */
  readonly port: string | undefined;
}

export interface Ingress {
  readonly at: Statement;
  readonly name: string;
  readonly namespace: string;
  /** By name, without the prefix of the controller. */
  readonly annotations: ReadonlyMap<string, Word>;
  readonly rules: readonly { readonly host: Word | undefined; readonly paths: readonly IngressPath[] }[];
  readonly fallback: IngressPath | undefined;
  readonly tls: readonly { readonly at: Statement; readonly hosts: readonly string[]; readonly secret: string }[];
}

/** Numbers of named ports, by `namespace/service/name`. */
export type ServicePorts = ReadonlyMap<string, number>;

const PREFIX = /^(?:nginx\.)?ingress\.kubernetes\.io\//;

/** Every Ingress in a file of one or more documents, lists included. What is no Ingress is accounted for. */
export function readManifests(
  file: string,
  text: string,
  ledger: Ledger,
): { readonly ingresses: readonly Ingress[]; readonly ports: ServicePorts } {
  const lines = new LineCounter();
  const ingresses: Ingress[] = [];
  const ports = new Map<string, number>();
  const source = text.split('\n');
  const statement = (node: Node | null | undefined): Statement => {
    const { line } = lines.linePos(node?.range?.[0] ?? 0);
    return { file, line, source: (source[line - 1] ?? '').trim() };
  };
  const take = (node: unknown): void => {
    if (!isMap(node)) return;
    const kind = textOf(node.get('kind', true));
    const items = node.get('items', true);
    const at = statement(node);
    if (isSeq(items)) for (const item of items.items) take(item);
    else if (kind === 'Ingress') ingresses.push(readIngress(node as Node, statement));
    else if (kind === 'Service') readPorts(node as Node, ports, ledger, at);
    else ledger.leftOut(at, `${kind === '' ? 'this' : `a ${kind}`} is no matter of a proxy`);
  };
  for (const document of parseAllDocuments(text, { lineCounter: lines })) {
    if (!('contents' in document)) continue;
    for (const error of document.errors) {
      const { line } = lines.linePos(error.pos[0]);
      ledger.leftOut({ file, line, source: (source[line - 1] ?? '').trim() }, error.message.split('\n')[0] ?? '');
    }
    if (document.errors.length === 0) take(document.contents);
  }
  return { ingresses, ports };
}

function readIngress(node: Node, statement: (node: Node | undefined) => Statement): Ingress {
  const annotations = new Map<string, Word>();
  const written = at(node, 'metadata', 'annotations');
  for (const pair of isMap(written) ? written.items : []) {
    const name = textOf(pair.key);
    if (PREFIX.test(name))
      annotations.set(name.replace(PREFIX, ''), { text: textOf(pair.value), at: statement(pair.key as Node) });
  }
  const path = (one: Node, backend: Node | undefined): IngressPath => ({
    at: statement(one),
    path: textOf(at(one, 'path')) || '/',
    type: textOf(at(one, 'pathType')) || 'ImplementationSpecific',
    service: textOf(at(backend, 'service', 'name')) || textOf(at(backend, 'serviceName')) || undefined,
    port:
      textOf(at(backend, 'service', 'port', 'number')) ||
      textOf(at(backend, 'service', 'port', 'name')) ||
      textOf(at(backend, 'servicePort')) ||
      undefined,
  });
  const fallback = at(node, 'spec', 'defaultBackend') ?? at(node, 'spec', 'backend');
  return {
    at: statement(node),
    name: textOf(at(node, 'metadata', 'name')) || 'ingress',
    namespace: textOf(at(node, 'metadata', 'namespace')) || 'default',
    annotations,
    rules: itemsOf(at(node, 'spec', 'rules')).map((rule) => {
      const host = at(rule, 'host');
      return {
        host: host === undefined ? undefined : { text: textOf(host), at: statement(host) },
        paths: itemsOf(at(rule, 'http', 'paths')).map((one) => path(one, at(one, 'backend'))),
      };
    }),
    fallback: fallback === undefined ? undefined : path(fallback, fallback),
    tls: itemsOf(at(node, 'spec', 'tls')).map((one) => ({
      at: statement(one),
      hosts: itemsOf(at(one, 'hosts')).map(textOf),
      secret: textOf(at(one, 'secretName')),
    })),
  };
}

function readPorts(node: Node, ports: Map<string, number>, ledger: Ledger, statement: Statement): void {
  const service = `${textOf(at(node, 'metadata', 'namespace')) || 'default'}/${textOf(at(node, 'metadata', 'name'))}`;
  for (const port of itemsOf(at(node, 'spec', 'ports')))
    ports.set(`${service}/${textOf(at(port, 'name'))}`, Number(textOf(at(port, 'port'))));
  ledger.carried(statement, 'names of its ports are known');
}

function at(node: Node | undefined, ...keys: readonly string[]): Node | undefined {
  let found: unknown = node;
  for (const key of keys) found = isMap(found) ? found.get(key, true) : undefined;
  return isMap(found) || isSeq(found) || isScalar(found) ? (found as Node) : undefined;
}

function itemsOf(node: Node | undefined): readonly Node[] {
  return isSeq(node) ? (node.items as Node[]) : [];
}

function textOf(node: unknown): string {
  return isScalar(node) && node.value !== null ? String(node.value) : '';
}
