/** Lua scripts of rules (`SecRuleScript`, `exec:x.lua`, `@inspectFile x.lua`), where the package for it is installed. */
import type { ScriptEngine } from '@sallyport/engine';
import type { LuaWasm } from 'wasmoon';
import { type LuaLimits, LuaMachine } from './lua-machine.ts';
import { OptionalPackage } from './optional-package.ts';

export interface LuaScripts extends ScriptEngine {
  /** Loads the package if a rule has asked for it in vain. True when asking again may give another answer. */
  load(): Promise<boolean>;
}

/** Scripts are compiled once, when rules are loaded, and run in a new state each time. */
export function createScripts(limits: LuaLimits): LuaScripts {
  const lua = new OptionalPackage<LuaWasm>('wasmoon', 'Lua scripts need', async () => {
    // Not a module of ECMAScript: what it exports is in the default export.
    const { default: wasmoon } = await import('wasmoon');
    return wasmoon.LuaWasm.initialize();
  });
  let machine: LuaMachine | undefined;
  return {
    load: () => lua.load(),
    compile(text, path) {
      machine ??= new LuaMachine(lua.module, limits);
      const running = machine;
      const code = running.compile(text, path);
      return { run: (host, argument) => running.run(code, path, host, argument) };
    },
  };
}
