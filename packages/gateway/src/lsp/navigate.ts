import { type Mention, meetsMention } from './mentions.ts';
import type { LspLocation } from './protocol.ts';
import type { TextDocument } from './text-document.ts';
import type { Workspace } from './workspace.ts';

/** Where what is named at the offset is defined: the rule of an id, a marker, rules with a tag, rules that set a variable. */
export function definitionsAt(document: TextDocument, offset: number, workspace: Workspace): readonly LspLocation[] {
  return places(document, offset, workspace, ({ isDefinition }) => isDefinition);
}

/** Every place that names what is named at the offset. */
export function referencesAt(
  document: TextDocument,
  offset: number,
  workspace: Workspace,
  withDefinitions: boolean,
): readonly LspLocation[] {
  return places(document, offset, workspace, ({ isDefinition }) => withDefinitions || !isDefinition);
}

/** The thing named at an offset; the narrowest, where places stand inside each other. */
export function mentionAt(document: TextDocument, offset: number, workspace: Workspace): Mention | undefined {
  const around = workspace
    .mentions(document)
    .filter(({ span }) => span.start.offset <= offset && offset <= span.end.offset);
  return around.toSorted((left, right) => lengthOf(left) - lengthOf(right))[0];
}

function lengthOf({ span }: Mention): number {
  return span.end.offset - span.start.offset;
}

function places(
  document: TextDocument,
  offset: number,
  workspace: Workspace,
  isWanted: (mention: Mention) => boolean,
): readonly LspLocation[] {
  const named = mentionAt(document, offset, workspace);
  if (named === undefined) return [];
  return workspace.documents().flatMap((other) =>
    workspace
      .mentions(other)
      .filter((mention) => isWanted(mention) && meetsMention(named, mention))
      .map(({ span }) => ({ uri: other.uri, range: other.rangeOf(span) })),
  );
}
