/** Validation of XML bodies with libxml2, compiled to WebAssembly: no native code, no network, no entities. */
import { readFileSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { XmlValidation, XmlValidator } from '@sallyport/engine';
import type * as LibXml from 'libxml2-wasm';
import { OptionalPackage } from './optional-package.ts';

/** One for the process, as the module has one memory. */
export const libXml: OptionalPackage<LoadedLibXml> = new OptionalPackage(
  'libxml2-wasm',
  '@validateSchema and @validateDTD need',
  async () => new LoadedLibXml(await import('libxml2-wasm')),
);

/** For `createWaf`: files of rules are compiled when rules are loaded, the package is asked for then. */
export const xmlValidation: XmlValidation = {
  compile: (kind, text, path) => {
    const lib = libXml.module;
    return kind === 'dtd' ? lib.compileDtd(text, path) : lib.compileSchema(text, path);
  },
};

/** A document may be checked; nothing it names is fetched, and its entities stay what they are. */
class LoadedLibXml {
  readonly #lib: typeof LibXml;
  /** Where files may be read from: the folder of the schema that is being compiled, and nothing at any other time. */
  #folder: string | undefined;

  constructor(lib: typeof LibXml) {
    this.#lib = lib;
    lib.xmlRegisterInputProvider({
      match: (url) => this.#pathOf(url) !== undefined,
      open: (url) => {
        const path = this.#pathOf(url);
        try {
          return path === undefined ? undefined : lib.openBuffer(readFileSync(path));
        } catch {
          // The schema then lacks a part, which the compiler words better.
          return undefined;
        }
      },
      read: (descriptor, buffer) => lib.readBuffer(descriptor, buffer),
      close: (descriptor) => {
        lib.closeBuffer(descriptor);
        return true;
      },
    });
  }

  /** Schemas may include and import others beside or below them. */
  compileSchema(text: string, path: string): XmlValidator {
    const schema = this.#parse(text, pathToFileURL(path).href);
    this.#folder = dirname(resolve(path));
    try {
      const validator = this.#lib.XsdValidator.fromDoc(schema);
      return { validate: (source) => this.#problemOf(source, (document) => validator.validate(document)) };
    } catch (cause) {
      throw new Error(`${path} is not a schema: ${oneLine(cause)}`, { cause });
    } finally {
      this.#folder = undefined;
      schema.dispose();
    }
  }

  compileDtd(text: string, path: string): XmlValidator {
    try {
      const validator = new this.#lib.DtdValidator(this.#lib.XmlDtd.fromBuffer(Buffer.from(text, 'latin1')));
      return { validate: (source) => this.#problemOf(source, (document) => validator.validate(document)) };
    } catch (cause) {
      throw new Error(`${path} is not a DTD: ${oneLine(cause)}`, { cause });
    }
  }

  #parse(source: string, url?: string): LibXml.XmlDocument {
    const { XML_PARSE_NONET, XML_PARSE_NO_XXE } = this.#lib.ParseOption;
    return this.#lib.XmlDocument.fromBuffer(Buffer.from(source, 'latin1'), {
      option: XML_PARSE_NONET | XML_PARSE_NO_XXE,
      ...(url !== undefined && { url }),
    });
  }

  #problemOf(source: string, validate: (document: LibXml.XmlDocument) => void): string | undefined {
    let document: LibXml.XmlDocument | undefined;
    try {
      document = this.#parse(source);
      validate(document);
      return undefined;
    } catch (cause) {
      // Other errors are ours, not the document's.
      if (!(cause instanceof this.#lib.XmlError)) throw cause;
      return oneLine(cause);
    } finally {
      document?.dispose();
    }
  }

  #pathOf(url: string): string | undefined {
    if (this.#folder === undefined) return undefined;
    let path: string;
    try {
      path = url.startsWith('file:') ? fileURLToPath(url) : resolve(this.#folder, url);
    } catch {
      return undefined;
    }
    return path.startsWith(this.#folder + sep) ? path : undefined;
  }
}

/** Documents can be long and wrong in many places; a log line has room for the first. */
function oneLine(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.trim().split('\n', 1)[0] ?? '';
}
