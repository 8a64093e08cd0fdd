import { parseArgs } from 'node:util';
import { serveEditor } from '../../lsp/server.ts';
import type { Command } from './command.ts';

export const lspCommand: Command = {
  name: 'lsp',
  summary: 'Help an editor with rule files: a language server on standard input and output.',
  usage: `sallyport lsp [--stdio]

Speaks the Language Server Protocol 3.17: diagnostics as you type, documentation, completion, definitions and references of
rules, markers, tags and variables, outline, formatting. Editors start it; --stdio is accepted because some of them say it.

  Neovim     vim.lsp.start({ name = 'sallyport', cmd = { 'npx', 'sallyport', 'lsp' }, root_dir = vim.fn.getcwd() })
  Helix      [language-server.sallyport]  command = "npx"  args = ["sallyport", "lsp"]`,

  async run(words, { err }) {
    parseArgs({ args: [...words], options: { stdio: { type: 'boolean' } } });
    return serveEditor(process.stdin, process.stdout, err);
  },
};
