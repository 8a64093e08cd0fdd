import { configReference, configSchema } from '../../config/document.ts';
import { type Command, UsageError } from './command.ts';

export const configCommand: Command = {
  name: 'config',
  summary: 'Print the JSON Schema or the reference page of sallyport.yaml.',
  usage: `sallyport config schema      JSON Schema, for editors
sallyport config reference   every key with its default, in Markdown`,

  async run(words, { out }) {
    switch (words[0]) {
      case 'schema':
        out(JSON.stringify(configSchema(), null, 2));
        return 0;
      case 'reference':
        out(configReference().trimEnd());
        return 0;
      default:
        throw new UsageError(words[0] === undefined ? 'say "schema" or "reference"' : `unknown word "${words[0]}"`);
    }
  },
};
