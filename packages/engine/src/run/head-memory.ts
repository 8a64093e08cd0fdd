import type { HeaderList } from '../contract.ts';
import { parseCookies } from '../parse-request/cookies.ts';
import type { BodyArgument } from '../registry/body-processor.ts';
import { type Member, NO_MEMBERS } from '../registry/member.ts';
import type { EngineSettings } from '../registry/settings.ts';
import { type HeadShape, HeadShapes } from './head-shape.ts';
import { RecentMap } from './recent-map.ts';

/** The cookies of a request, and their names as values. */
interface Cookies {
  readonly members: readonly Member[];
  readonly names: readonly Member[];
}

/** The headers of an earlier request. */
interface KnownHead {
  readonly shape: HeadShape;
  readonly headers: HeaderList;
  readonly cookies: Cookies;
  readonly members: readonly Member[];
}

/** The headers of a request taken apart. */
export interface HeadFields {
  readonly shape: HeadShape;
  readonly members: readonly Member[];
  readonly cookies: Cookies;
}

const NO_COOKIES: Cookies = { members: NO_MEMBERS, names: NO_MEMBERS };

/** A client decides how many of them there are, and how large. */
const MAX_HEADS = 256;
const MAX_COOKIES = 512;
const MAX_ARGUMENT_LISTS = 256;
/** Bytes of a `Cookie` header, of all other values together, and of the names of arguments. */
const MAX_COOKIE_LENGTH = 2048;
const MAX_VALUES_LENGTH = 2048;
const MAX_NAMES_LENGTH = 512;

/**
 * What requests of late had in common. The requests of one page, and those of one program, have the same headers, and arguments of the
 * same names: then they get the same lists of values, and what follows from a list is found out once.
 */
export class HeadMemory {
  readonly #settings: Readonly<EngineSettings>;
  readonly #shapes = new HeadShapes();
  /** By the value of the header. A secret is looked up by its hash, so that no time tells how much of a guess is right. */
  readonly #cookies = new RecentMap<string, Cookies>(MAX_COOKIES);
  /** By a number made of the values. */
  readonly #heads = new RecentMap<number, KnownHead>(MAX_HEADS);
  readonly #argumentNames = new RecentMap<number, readonly Member[]>(MAX_ARGUMENT_LISTS);

  constructor(settings: Readonly<EngineSettings>) {
    this.#settings = settings;
  }

  /** Takes headers apart. Lists that an earlier request has had as well are added to `recurring`. */
  fieldsOf(headers: HeaderList, recurring: (readonly Member[])[]): HeadFields {
    const shape = this.#shapes.of(headers);
    if (shape.hasRecurred) recurring.push(shape.names);
    const cookies = this.#cookiesOf(headers, shape, recurring);
    const number = shape.isUnique || shape.cookieFields.length > 1 ? undefined : numberOf(headers, shape);
    if (number === undefined) return { shape, cookies, members: shape.membersOf(headers) };
    const known = this.#heads.get(number);
    if (known !== undefined && known.cookies === cookies && isThatOf(known, headers, shape)) {
      recurring.push(known.members);
      return known;
    }
    const fields = { shape, headers, cookies, members: shape.membersOf(headers) };
    this.#heads.set(number, fields);
    return fields;
  }

  /** The names of arguments as values. A list that an earlier request has had as well is added to `recurring`. */
  namesOf(argumentList: readonly BodyArgument[], recurring: (readonly Member[])[]): readonly Member[] {
    if (argumentList.length === 0) return NO_MEMBERS;
    let number = 0;
    let length = 0;
    for (const { name } of argumentList) {
      length += name.length;
      number = (Math.imul(number, 31) + name.length) | 0;
      number = (Math.imul(number, 31) + name.charCodeAt(name.length >> 1)) | 0;
    }
    const known = this.#argumentNames.get(number);
    if (known !== undefined && areNamesOf(known, argumentList)) {
      recurring.push(known);
      return known;
    }
    const names = argumentList.map(nameAsValue);
    if (length <= MAX_NAMES_LENGTH) this.#argumentNames.set(number, names);
    return names;
  }

  #cookiesOf(headers: HeaderList, { cookieFields }: HeadShape, recurring: (readonly Member[])[]): Cookies {
    if (cookieFields.length === 0) return NO_COOKIES;
    const text = headers[cookieFields[0]!]![1];
    if (cookieFields.length > 1 || text.length > MAX_COOKIE_LENGTH) return this.#parse(headers, cookieFields);
    const known = this.#cookies.get(text);
    if (known !== undefined) {
      recurring.push(known.members, known.names);
      return known;
    }
    const cookies = this.#parse(headers, cookieFields);
    this.#cookies.set(text, cookies);
    return cookies;
  }

  /** Header by header: merged ones would let a cookie swallow the header behind it. */
  #parse(headers: HeaderList, cookieFields: readonly number[]): Cookies {
    const options = { format: this.#settings.cookieFormat, separator: this.#settings.cookieSeparator };
    const found = cookieFields.flatMap((field) => parseCookies(headers[field]![1], options));
    return { members: found.map(({ name, value }) => ({ key: name, value })), names: found.map(nameAsValue) };
  }
}

function nameAsValue({ name }: BodyArgument): Member {
  return { key: name, value: name };
}

/** A number that heads with the same values share; undefined where they are too long to be kept. */
function numberOf(headers: HeaderList, { cookieFields }: HeadShape): number | undefined {
  const cookieField = cookieFields[0];
  let number = headers.length;
  let length = 0;
  for (let field = 0; field < headers.length; field++) {
    if (field === cookieField) continue;
    const value = headers[field]![1];
    length += value.length;
    number = (Math.imul(number, 31) + value.length) | 0;
    // Addresses of one site differ behind, and so do lists of types.
    number = (Math.imul(number, 31) + value.charCodeAt(value.length - 1)) | 0;
    number = (Math.imul(number, 31) + value.charCodeAt(value.length >> 1)) | 0;
  }
  return length <= MAX_VALUES_LENGTH ? number : undefined;
}

/** Whether all values but the cookies are the same. */
function isThatOf(known: KnownHead, headers: HeaderList, shape: HeadShape): boolean {
  if (known.shape !== shape) return false;
  const cookieField = shape.cookieFields[0];
  for (let field = 0; field < headers.length; field++) {
    if (field !== cookieField && headers[field]![1] !== known.headers[field]![1]) return false;
  }
  return true;
}

function areNamesOf(members: readonly Member[], argumentList: readonly BodyArgument[]): boolean {
  if (members.length !== argumentList.length) return false;
  for (let at = 0; at < members.length; at++) if (members[at]!.value !== argumentList[at]!.name) return false;
  return true;
}
