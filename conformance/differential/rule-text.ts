/** A rule as the generator thinks of it, and its spelling in a rule file. */

export interface TargetSpec {
  readonly name: string;
  readonly selector?: string;
  readonly form: 'members' | 'count' | 'exclusion';
}

export interface LinkSpec {
  /** Undefined for SecAction. */
  readonly targets: readonly TargetSpec[] | undefined;
  readonly isNegated: boolean;
  readonly operator: string;
  readonly argument: string;
  /** Own actions, in order, each name or name:value; the value as it is meant, not as it is quoted. */
  readonly actions: readonly (readonly [name: string, value?: string])[];
}

/** Rules that belong together and share variables with nobody else. */
export interface Unit {
  /** Names its variables (`tx.u7_…`) and its rules (7001, 7002, …). */
  readonly number: number;
  readonly phase: number;
  readonly links: readonly LinkSpec[];
  /** Other directives behind a link, by the index of the link. */
  readonly behind: ReadonlyMap<number, string>;
}

export const FIRST_ID = 1000;

/** The unit a rule id belongs to. */
export function unitOfId(id: number): number {
  return Math.floor(id / FIRST_ID);
}

export function idsOf(unit: Unit): readonly number[] {
  return unit.links.flatMap(({ actions }) => actions.filter(([name]) => name === 'id').map(([, id]) => Number(id)));
}

/** The values of one action in all links, in order. */
export function valuesOf(unit: Unit, name: string): readonly string[] {
  return unit.links.flatMap((link) => valuesIn(link, name));
}

export function valuesIn(link: LinkSpec, name: string): readonly string[] {
  return link.actions.filter(([word]) => word === name).map(([, value]) => value ?? '');
}

/** The lines of a unit. */
export function linesOf(unit: Unit): readonly string[] {
  return unit.links.flatMap((link, index) => {
    const directive = unit.behind.get(index);
    return directive === undefined ? [lineOf(link)] : [lineOf(link), directive];
  });
}

export function lineOf({ targets, isNegated, operator, argument, actions }: LinkSpec): string {
  const list = word(actions.map(actionText).join(','));
  if (targets === undefined) return `SecAction ${list}`;
  const operatorText = `${isNegated ? '!' : ''}@${operator}${argument === '' ? '' : ` ${argument}`}`;
  return `SecRule ${word(targets.map(targetText).join('|'))} ${word(operatorText)} ${list}`;
}

function targetText({ name, selector, form }: TargetSpec): string {
  const sign = form === 'count' ? '&' : form === 'exclusion' ? '!' : '';
  return `${sign}${name}${selector === undefined ? '' : `:${quoted(selector)}`}`;
}

function actionText([name, value]: readonly [string, string?]): string {
  return value === undefined ? name : `${name}:${quoted(value)}`;
}

/** A parameter of the list grammar, in single quotes where it needs them. */
function quoted(text: string): string {
  if (!/[\s,|']/.test(text)) return text;
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
}

/** An argument of a directive: only a quote, and a backslash before a quote, a backslash or the end, need another backslash. */
function word(text: string): string {
  return `"${text.replaceAll(/\\(?=["\\]|$)|"/g, '\\$&')}"`;
}
