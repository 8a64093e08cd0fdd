/** What one side did with one request. */
export interface Observation {
  /** Status of the answer; 0 when the connection was closed without one. */
  readonly status: number;
  /** Lines of the error log, in order: what follows `ModSecurity: `, without the unique id. */
  readonly lines: readonly LogLine[];
  /** Body of the answer. */
  readonly page: string;
  /** Phase in which rules or limits ended the request, where the side can tell. */
  readonly endedIn?: number;
  /** The rules were run to the end. */
  readonly isComplete: boolean;
}

export interface LogLine {
  readonly id: number;
  readonly text: string;
}

/** The id of the rule a line is about; undefined for messages of the engine. */
export function ruleIdOf(text: string): number | undefined {
  const found = /\[id "(\d+)"\]/.exec(text);
  return found === null ? undefined : Number(found[1]);
}

/** Names of temporary files differ from run to run. */
export function withoutPaths(text: string): string {
  return text.replaceAll(/[^ "]*\/\d{8}-\d{6}-[\w@-]+-file-\w{6}/g, '(file)');
}
