const NOTHING_DECLARED: readonly string[] = [];

/** Which prefixes mean what at the current place of a document. Undeclared prefixes are tolerated, as libxml2 does. */
export class XmlNamespaces {
  /** Per prefix (empty for the default namespace), the URIs declared for it, innermost last. */
  readonly #bindings = new Map<string, string[]>();
  /** Per open element, the prefixes it declared. */
  readonly #scopes: (readonly string[])[] = [];

  enter(attributes: ReadonlyMap<string, string>): void {
    if (attributes.size === 0) {
      this.#scopes.push(NOTHING_DECLARED);
      return;
    }
    const declared: string[] = [];
    for (const [name, uri] of attributes) {
      const prefix = name === 'xmlns' ? '' : name.startsWith('xmlns:') ? name.slice(6) : undefined;
      if (prefix === undefined) continue;
      const uris = this.#bindings.get(prefix);
      if (uris === undefined) this.#bindings.set(prefix, [uri]);
      else uris.push(uri);
      declared.push(prefix);
    }
    this.#scopes.push(declared);
  }

  leave(): void {
    for (const prefix of this.#scopes.pop() ?? []) this.#bindings.get(prefix)?.pop();
  }

  /** The default namespace counts for elements only. */
  resolve(name: string, isElement: boolean): { localName: string; namespace: string } {
    const colon = name.indexOf(':');
    if (colon < 0) return { localName: name, namespace: isElement ? (this.#bindings.get('')?.at(-1) ?? '') : '' };
    const prefix = name.slice(0, colon);
    const namespace = prefix === 'xml' ? 'http://www.w3.org/XML/1998/namespace' : this.#bindings.get(prefix)?.at(-1);
    return namespace === undefined
      ? { localName: name, namespace: '' }
      : { localName: name.slice(colon + 1), namespace };
  }
}
