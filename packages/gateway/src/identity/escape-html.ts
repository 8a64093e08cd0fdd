const ENTITIES: Readonly<Record<string, string>> = {
  __proto__: null as never,
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
};

/** For text of a page that a client has sent. */
export function escapeHtml(text: string): string {
  return text.replace(/[<>&"]/g, (char) => ENTITIES[char] ?? char);
}
