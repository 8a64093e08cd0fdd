export type Environment = Readonly<Record<string, string | undefined>>;

/** Replaces `${NAME}` and `${NAME:-default}`; `$${` stands for a literal `${`. */
export function expandEnvironment(
  text: string,
  environment: Environment,
): { readonly text: string } | { readonly missing: string } {
  let missing: string | undefined;
  const expanded = text.replace(
    /\$(\$\{)|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g,
    (_, literal, name, fallback) => {
      if (literal !== undefined) return literal;
      const value = environment[name] ?? fallback;
      if (value === undefined) missing ??= name;
      return value ?? '';
    },
  );
  return missing === undefined ? { text: expanded } : { missing };
}
