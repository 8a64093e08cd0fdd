/** What a virtual host says, as routes: one for each class of requests that Apache treats differently. */
import { accessRules, and, isNobody } from '../proxy/decision-list.ts';
import type { Settings } from '../proxy/draft.ts';
import type { SiteRoute } from '../proxy/site.ts';
import type { Statement } from '../proxy/statement.ts';
import type { Backends } from './backends.ts';
import { type Deed, FORBIDDEN, NOT_FOUND, writeDeed } from './destinations.ts';
import { passDeed } from './pass-deed.ts';
import { classesOf, covers, type Matcher, type RequestClass, withoutNeedless } from './request-classes.ts';
import { routeSettings, type Scope } from './scope.ts';
import { siteFiles } from './site-files.ts';
import type { Workshop } from './topic.ts';
import { loginOf } from './users.ts';
import { whoMay } from './who-may.ts';

/** A directive that sends requests somewhere. */
interface Candidate {
  readonly at: Statement;
  readonly match: Matcher;
  /** Undefined where it only says that those behind it are not asked: `ProxyPass /x !`. */
  readonly deed: Deed | undefined;
  readonly isPass: boolean;
  /** Address of a backend, for `<Proxy>` sections. */
  readonly url?: string | undefined;
}

interface Treatment {
  readonly request: RequestClass;
  readonly deed: Deed;
  readonly settings: Settings;
  readonly candidate: Candidate | undefined;
  readonly sections: readonly Scope[];
  /** Equal for classes that are treated the same. */
  readonly key: string;
}

/** `schemes`: those the site is reached by; undefined where they make no difference. */
export function siteRoutes(
  site: Scope,
  schemes: readonly ('http' | 'https' | undefined)[],
  backends: Backends,
  workshop: Workshop,
): readonly SiteRoute[] {
  const plan = new SitePlan(site, backends, workshop);
  return plan.routes(schemes);
}

class SitePlan {
  readonly #site: Scope;
  readonly #backends: Backends;
  readonly #workshop: Workshop;
  /** In the order they are merged: those of the server first. */
  readonly #sections: readonly Scope[];
  /** mod_rewrite. */
  readonly #early: readonly Candidate[];
  readonly #passes: readonly Candidate[];
  /** mod_alias, asked where nothing is passed on. */
  readonly #late: readonly Candidate[];
  /** What is passed nowhere, where the site serves its files. */
  readonly #files: Candidate | undefined;
  /** `<Directory>` and `<Files>`: for requests that come to files. */
  readonly #fileSections: readonly Scope[];
  readonly #inSections = new Map<Scope, readonly Candidate[]>();

  constructor(site: Scope, backends: Backends, workshop: Workshop) {
    this.#site = site;
    this.#backends = backends;
    this.#workshop = workshop;
    this.#sections = [...(site.parent?.locations ?? []), ...site.locations];
    const passes = [...site.passes, ...(site.parent?.passes ?? [])];
    const answers = [...site.answers, ...(site.parent?.answers ?? [])];
    this.#early = [
      ...answers.filter(({ isEarly }) => isEarly).map(answerCandidate),
      ...passes.filter(({ isEarly }) => isEarly).map((pass) => this.#passCandidate(pass, site)),
    ];
    this.#passes = passes.filter(({ isEarly }) => !isEarly).map((pass) => this.#passCandidate(pass, site));
    this.#late = answers.filter(({ isEarly }) => !isEarly).map(answerCandidate);
    const files = siteFiles(site, workshop);
    this.#files = files && { at: files.at, match: { path: '/' }, deed: files.deed, isPass: false };
    this.#fileSections = files?.sections ?? [];
    for (const section of this.#sections) {
      this.#inSections.set(section, [
        ...section.answers.map(answerCandidate),
        ...section.passes.map((pass) => this.#passCandidate(pass, section)),
      ]);
    }
  }

  routes(schemes: readonly ('http' | 'https' | undefined)[]): readonly SiteRoute[] {
    const { ledger } = this.#workshop;
    const candidates = [...this.#early, ...this.#passes, ...[...this.#inSections.values()].flat(), ...this.#late];
    const matchers = [
      ...[...candidates, ...(this.#files ? [this.#files] : [])].map(({ match }) => match),
      ...[...this.#fileSections, ...this.#sections].map(matcherOf),
    ];
    const hasSchemes = matchers.some(({ scheme }) => scheme !== undefined);
    const classes = classesOf(matchers, hasSchemes ? schemesFor(schemes) : [undefined]);
    if (classes === undefined) {
      const at = this.#site.at ?? candidates[0]?.at;
      if (at !== undefined)
        ledger.noted(at, 'its patterns can be combined in too many ways: closed until you write its routes');
      return at === undefined ? [] : [{ at, path: '/', what: 'answer 403', more: { answer: 403 } }];
    }
    const treated = classes.map((request) => this.#treat(request));
    const needed = inWrittenOrder(withoutNeedless(treated, keyOf(NOT_FOUND, {})), matchers);
    this.#account(candidates, treated, needed);
    return withoutSchemes(needed).map((one) => this.#write(one));
  }

  #treat(request: RequestClass): Treatment {
    const places = this.#sections.filter((one) => covers(matcherOf(one), request));
    const fits = ({ match }: Candidate): boolean => covers(match, request);
    const early = this.#early.find(fits);
    if (early !== undefined && !early.isPass) return treatment(request, early.deed ?? NOT_FOUND, {}, early, places);
    const inSections = places.flatMap((one) => this.#inSections.get(one) ?? []).filter(fits);
    const fixed = inSections.findLast(({ isPass }) => !isPass);
    const pass = early ?? inSections.findLast(({ isPass }) => isPass) ?? this.#passes.find(fits);
    const passes = pass?.url !== undefined;
    const late = passes ? undefined : this.#late.find(fits);
    const found = fixed ?? (passes ? pass : (late ?? pass));
    const candidate = found?.deed === undefined ? (this.#files ?? found) : found;
    // Folders and names of files are asked before places.
    const named = candidate === this.#files ? this.#fileSections.filter((one) => covers(matcherOf(one), request)) : [];
    const sections = [...named, ...places];
    // Redirections of the whole site come before anybody is asked who they are.
    if (candidate === late && late !== undefined) return treatment(request, late.deed ?? NOT_FOUND, {}, late, sections);

    const { whole, partly } = this.#backends.accessOf(passes ? pass.url : undefined);
    const rules = [...whole, this.#site.access, ...sections.map((one) => one.access)];
    const login = loginOf(rules, this.#workshop);
    const list = partly.reduce((may, one) => and(may, whoMay([one])), login?.list ?? whoMay(rules));
    if (isNobody(list)) return treatment(request, FORBIDDEN, {}, candidate, sections);
    const deed = candidate?.deed ?? NOT_FOUND;
    const access = accessRules(list);
    const scopes = [...(this.#site.parent === undefined ? [] : [this.#site.parent]), this.#site, ...sections];
    const isPassed = deed.kind === 'upstream' || deed.kind === 'whole';
    const isHidden = candidate?.deed === undefined;
    const settings = {
      ...(isPassed && routeSettings(scopes)),
      // An application of FastCGI is always told the host the client has named.
      ...(isPassed && deed.kind === 'upstream' && deed.isFastCgi === true && { preserve_host: undefined }),
      ...(access.length > 0 && !isHidden && { access }),
      ...(login !== undefined && !isHidden && { auth: login.auth }),
    };
    return treatment(request, deed, settings, candidate, sections);
  }

  #write({ request, deed, settings, candidate, sections }: Treatment): SiteRoute {
    const written = writeDeed(deed, request);
    const isOwn = candidate !== undefined && candidate.match.path === request.path && deed === candidate.deed;
    const narrowest = sections.findLast(({ path, pattern }) =>
      pattern === undefined ? path === request.path : request.patterns.includes(pattern),
    );
    const at =
      (isOwn && request.patterns.length === 0 ? candidate.at : undefined) ??
      narrowest?.access.at ??
      narrowest?.at ??
      candidate?.at ??
      (this.#site.at as Statement);
    return {
      at,
      path: request.path,
      ...(request.exact && { exact: true }),
      ...written,
      ...(request.scheme !== undefined && { scheme: request.scheme }),
      more: { ...written.more, ...settings },
    };
  }

  /** Says of directives and sections that stand for no route of their own what became of them. */
  #account(candidates: readonly Candidate[], treated: readonly Treatment[], needed: readonly Treatment[]): void {
    const { ledger } = this.#workshop;
    for (const one of candidates) {
      const uses = treated.filter(({ candidate, deed }) => candidate === one && deed === (one.deed ?? NOT_FOUND));
      if (uses.length > 0) {
        if (!needed.some((use) => uses.includes(use))) ledger.carried(one.at, 'requests get the same answer anyway');
        continue;
      }
      const place = treated.find(({ request }) => covers(one.match, request));
      const reason =
        place?.deed === FORBIDDEN
          ? 'the place is closed'
          : `${place?.candidate?.at.source ?? 'another'} stands before it and takes its requests`;
      ledger.leftOut(one.at, reason);
    }
    for (const section of this.#sections) {
      const routes = needed.filter(({ sections }) => sections.includes(section));
      const at = section.at as Statement;
      const isClosed = routes.some(({ deed }) => deed === FORBIDDEN);
      if (routes.length > 0 && !section.isEmpty)
        ledger.carried(at, isClosed ? 'a place that is closed' : 'a place of its own');
      else if (section.isEmpty) ledger.leftOut(at, 'nothing in it is carried over');
      else ledger.carried(at, 'nothing is passed on there, or it is no exception');
    }
  }

  #passCandidate(pass: Scope['passes'][number], scope: Scope): Candidate {
    const { at, path, pattern, url } = pass;
    if (url === undefined) this.#workshop.ledger.noted(at, 'Apache would look for a file there; files are not served');
    // A backend that nothing is sent to is no upstream.
    let deed: Deed | undefined;
    const backends = this.#backends;
    const workshop = this.#workshop;
    return {
      at,
      match: { path, pattern },
      url,
      isPass: true,
      get deed() {
        if (url !== undefined) deed ??= passDeed(pass, scope, backends, workshop);
        return deed;
      },
    };
  }
}

function answerCandidate({ at, path, exact, pattern, scheme, deed }: Scope['answers'][number]): Candidate {
  return { at, match: { path, pattern, ...(exact && { exact }), ...(scheme && { scheme }) }, deed, isPass: false };
}

function matcherOf({ path = '/', pattern }: Scope): Matcher {
  return { path, pattern };
}

function treatment(
  request: RequestClass,
  deed: Deed,
  settings: Settings,
  candidate: Candidate | undefined,
  sections: readonly Scope[],
): Treatment {
  return { request, deed, settings, candidate, sections, key: keyOf(deed, settings) };
}

function keyOf(deed: Deed, settings: Settings): string {
  return JSON.stringify([deed, settings]);
}

/** `undefined` stands for both. */
function schemesFor(wanted: readonly ('http' | 'https' | undefined)[]): readonly ('http' | 'https')[] {
  return wanted.includes(undefined) ? ['http', 'https'] : wanted.flatMap((one) => one ?? []);
}

/** Patterns keep their order, which counts; of the others it does not, and they stand as they were written. */
function inWrittenOrder(all: readonly Treatment[], matchers: readonly Matcher[]): readonly Treatment[] {
  const place = ({ request }: Treatment): number => matchers.findIndex(({ path }) => path === request.path);
  const isPlain = ({ request }: Treatment): boolean => request.exact || request.patterns.length === 0;
  return [...all.filter((one) => !isPlain(one)), ...all.filter(isPlain).toSorted((a, b) => place(a) - place(b))];
}

/** Two that differ in nothing but the scheme are one. */
function withoutSchemes(all: readonly Treatment[]): readonly Treatment[] {
  const nameOf = ({ request, key }: Treatment): string =>
    JSON.stringify([request.path, request.exact, request.patterns, key]);
  const counts = new Map<string, number>();
  for (const one of all) counts.set(nameOf(one), (counts.get(nameOf(one)) ?? 0) + 1);
  const seen = new Set<string>();
  return all.flatMap((one) => {
    if (counts.get(nameOf(one)) === 1) return [one];
    if (seen.has(nameOf(one))) return [];
    seen.add(nameOf(one));
    return [{ ...one, request: { ...one.request, scheme: undefined } }];
  });
}
