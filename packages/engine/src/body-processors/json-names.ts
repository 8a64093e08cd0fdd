import type { JsonNames } from '../contract.ts';

/** An open object or array and what its members are called. */
export interface JsonContainer {
  readonly isArray: boolean;
  /** Path of the container; undefined for ModSecurity 2's root object, whose members have bare names. */
  readonly path: string | undefined;
  /** Key of the member being read; in an array of ModSecurity 2 the array's own key. */
  key: string;
  /** Position of the element being read. */
  index: number;
  /** Keys of the object so far, while none has come twice. */
  keys?: Set<string>;
}

/** How leaves of a document are named as arguments. */
export interface JsonNaming {
  /** Name of a document that is a single scalar. */
  readonly scalarName: string;
  openRoot(isArray: boolean): JsonContainer;
  open(isArray: boolean, parent: JsonContainer): JsonContainer;
  /** Name of the member being read. */
  memberName(container: JsonContainer): string;
  /** An array that is not empty also becomes an argument: its length. */
  readonly countsElements?: boolean;
}

/**
 * `{"a":{"b":1}}` is `a.b`, and an array passes its key on: `{"a":[1,2]}` is twice `a.a`. ModSecurity 2 itself loses the
 * path after a key with a dot in it; that is not copied, because such a key would rename all that follows.
 */
const modsecurity2: JsonNaming = {
  scalarName: '',
  openRoot: (isArray) => (isArray ? container(true, 'array', 'array') : container(false, undefined, '')),
  open: (isArray, parent) => container(isArray, modsecurity2.memberName(parent), parent.key),
  memberName: ({ path, key }) => (path === undefined ? key : `${path}.${key}`),
};

/** `{"a":[{"b":1}]}` is `json.a.array_0.b`; an empty key is written `empty-key`. */
const modsecurity3: JsonNaming = {
  scalarName: 'json',
  openRoot: (isArray) => container(isArray, 'json', ''),
  open: (isArray, parent) => container(isArray, modsecurity3.memberName(parent), ''),
  memberName: ({ isArray, path, key, index }) =>
    isArray ? `${path}.array_${index}` : `${path}.${key === '' ? 'empty-key' : key}`,
};

/** `{"a":[{"b":1}]}` is `json.a.0.b`, and `json.a` is the number of elements, 1. */
const coraza: JsonNaming = {
  scalarName: 'json',
  openRoot: (isArray) => container(isArray, 'json', ''),
  open: (isArray, parent) => container(isArray, coraza.memberName(parent), ''),
  memberName: ({ isArray, path, key, index }) => `${path}.${isArray ? index : key}`,
  countsElements: true,
};

export const jsonNamings: Readonly<Record<JsonNames, JsonNaming>> = { modsecurity2, modsecurity3, coraza };

function container(isArray: boolean, path: string | undefined, key: string): JsonContainer {
  return { isArray, path, key, index: 0 };
}
