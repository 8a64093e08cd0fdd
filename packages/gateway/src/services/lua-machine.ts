/**
 * Lua 5.4 as WebAssembly, spoken to through its C interface: texts go in and out as bytes, and every call has a state of its
 * own with limits of time and memory. Whatever can fail happens below `lua_pcallk`, as an error anywhere else ends the module.
 */
import type { ScriptHost } from '@sallyport/engine';
import type { LuaWasm } from 'wasmoon';
import { LUA_BOUNDED_LIBRARY } from './lua-bounded-library.ts';

export interface LuaLimits {
  /** Milliseconds one call may take. Functions of the libraries that could run for long are replaced by ones that can be stopped. */
  readonly timeout: number;
  /** Bytes one call may hold. */
  readonly memory: number;
}

/** Libraries that compute and reach nothing outside; `io`, `os`, `package` and `debug` are not among them. */
const LIBRARIES = ['coroutine', 'table', 'string', 'utf8', 'math'] as const;
/** Functions of the base library that load code, write to the terminal or steer the collector. */
const REMOVED = ['collectgarbage', 'dofile', 'load', 'loadfile', 'print', 'require'] as const;

/** `LUA_MASKCOUNT` */
const COUNT = 8;
const INSTRUCTIONS_PER_LOOK = 1000;
const [NUMBER, STRING, TABLE] = [3, 4, 5];
const OK = 0;

/** What a call is about; there is one at a time, as calls do not wait. */
interface Call {
  readonly body: (state: number) => number;
  readonly host: ScriptHost | undefined;
  readonly deadline: number;
}

export class LuaMachine {
  readonly #lua: LuaWasm;
  readonly #limits: LuaLimits;
  readonly #allocator: number;
  readonly #body: number;
  readonly #hook: number;
  readonly #panic: number;
  readonly #writer: number;
  readonly #functions: readonly (readonly [name: string, pointer: number])[];
  readonly #library: Buffer;
  #memory = 0;
  #call: Call | undefined;
  #dump: Buffer[] = [];
  /** Blocks that are to be freed when the call is over. */
  readonly #unfreed = new Set<number>();

  constructor(lua: LuaWasm, limits: LuaLimits) {
    this.#lua = lua;
    this.#limits = limits;
    const { module } = lua;
    this.#allocator = module.addFunction(this.#allocate, 'iiiii');
    this.#body = module.addFunction((state: number) => this.#call?.body(state) ?? 0, 'ii');
    this.#hook = module.addFunction(this.#look, 'vii');
    this.#panic = module.addFunction((state: number): number => {
      throw new Error(`Lua: ${this.#text(state, -1) ?? 'fatal error'}`);
    }, 'ii');
    this.#writer = module.addFunction(this.#write, 'iiiii');
    this.#functions = [
      ['log', this.#define((state, host) => this.#log(state, host))],
      ['getvar', this.#define((state, host) => this.#getVariable(state, host))],
      ['getvars', this.#define((state, host) => this.#getVariables(state, host))],
      ['setvar', this.#define((state, host) => this.#setVariable(state, host))],
    ];
    this.#library = this.compile(LUA_BOUNDED_LIBRARY, 'library');
  }

  /** Bytecode of a script. Throws with Lua's message, which names the line. */
  compile(text: string, name: string): Buffer {
    this.#dump = [];
    this.#protect(undefined, (state) => {
      this.#load(state, Buffer.from(text, 'latin1'), name, 't');
      this.#lua.lua_dump(state, this.#writer, null, 0);
      return 0;
    });
    return Buffer.concat(this.#dump);
  }

  /** Runs a script and then its `main`. Gives the text `main` returned, undefined for anything else. */
  run(code: Buffer, name: string, host: ScriptHost, argument?: string): string | undefined {
    const lua = this.#lua;
    let result: string | undefined;
    this.#protect(host, (state) => {
      this.#openLibraries(state);
      this.#load(state, code, name, 'b');
      lua.lua_callk(state, 0, 0, 0, null);
      lua.lua_getglobal(state, 'main');
      if (argument !== undefined) this.#push(state, argument);
      lua.lua_callk(state, argument === undefined ? 0 : 1, 1, 0, null);
      result = this.#text(state, -1);
      return 0;
    });
    return result;
  }

  /** Runs `body` in a new state, with errors caught and limits watched. */
  #protect(host: ScriptHost | undefined, body: (state: number) => number): void {
    const lua = this.#lua;
    this.#memory = 0;
    this.#call = { host, body, deadline: performance.now() + this.#limits.timeout };
    const state = lua.lua_newstate(this.#allocator, null);
    if (state === 0) throw new Error('not enough memory');
    try {
      lua.lua_atpanic(state, this.#panic);
      lua.lua_sethook(state, this.#hook, COUNT, INSTRUCTIONS_PER_LOOK);
      lua.lua_pushcclosure(state, this.#body, 0);
      if (lua.lua_pcallk(state, 0, 0, 0, 0, null) !== OK)
        throw new Error(this.#text(state, -1) ?? 'error without a text');
    } finally {
      this.#call = undefined;
      lua.lua_close(state);
      for (const place of this.#unfreed) lua.module._free(place);
      this.#unfreed.clear();
    }
  }

  #openLibraries(state: number): void {
    const lua = this.#lua;
    lua.luaopen_base(state);
    lua.lua_settop(state, 0);
    for (const name of LIBRARIES) {
      lua[`luaopen_${name}`](state);
      lua.lua_setglobal(state, name);
    }
    this.#load(state, this.#library, 'library', 'b');
    lua.lua_callk(state, 0, 0, 0, null);
    for (const name of REMOVED) {
      lua.lua_pushnil(state);
      lua.lua_setglobal(state, name);
    }
    // Bytecode that was tampered with could leave the machine.
    lua.lua_getglobal(state, 'string');
    lua.lua_pushnil(state);
    lua.lua_setfield(state, -2, 'dump');
    lua.lua_createtable(state, 0, this.#functions.length);
    for (const [name, pointer] of this.#functions) {
      lua.lua_pushcclosure(state, pointer, 0);
      lua.lua_setfield(state, -2, name);
    }
    lua.lua_setglobal(state, 'm');
    lua.lua_settop(state, 0);
  }

  /** A function of `m`. What it throws becomes an error of Lua, raised outside of `try`: raising unwinds by an exception. */
  #define(body: (state: number, host: ScriptHost) => number): number {
    return this.#lua.module.addFunction((state: number): number => {
      const host = this.#call?.host;
      let failure = 'there is no transaction';
      try {
        if (host !== undefined) return body(state, host);
      } catch (cause) {
        // Only errors of ours have a text; those of Lua go on their way.
        if (!(cause instanceof Error)) throw cause;
        failure = cause.message;
      }
      this.#push(state, failure);
      return this.#lua.lua_error(state);
    }, 'ii');
  }

  #log(state: number, host: ScriptHost): number {
    host.log(Number(this.#argument(state, 1, 'a level')), this.#argument(state, 2, 'a text'));
    return 0;
  }

  #getVariable(state: number, host: ScriptHost): number {
    const [first] = host.variables(this.#argument(state, 1, 'the name of a variable'), this.#transformations(state));
    if (first === undefined) this.#lua.lua_pushnil(state);
    else this.#push(state, first.value);
    return 1;
  }

  /** A list of tables with `name` and `value`. */
  #getVariables(state: number, host: ScriptHost): number {
    const lua = this.#lua;
    const members = host.variables(this.#argument(state, 1, 'the name of a variable'), this.#transformations(state));
    lua.lua_createtable(state, members.length, 0);
    members.forEach(({ name, value }, at) => {
      lua.lua_createtable(state, 0, 2);
      this.#push(state, name);
      lua.lua_setfield(state, -2, 'name');
      this.#push(state, value);
      lua.lua_setfield(state, -2, 'value');
      lua.lua_seti(state, -2, BigInt(at + 1));
    });
    return 1;
  }

  #setVariable(state: number, host: ScriptHost): number {
    host.setVariable(this.#argument(state, 1, 'the name of a variable'), this.#argument(state, 2, 'a value'));
    return 0;
  }

  #argument(state: number, index: number, what: string): string {
    const text = this.#text(state, index);
    if (text === undefined) throw new Error(`argument ${index} must be ${what}`);
    return text;
  }

  /** The second argument: one name, a list of names, or nothing. */
  #transformations(state: number): readonly string[] {
    const lua = this.#lua;
    if (lua.lua_type(state, 2) !== TABLE) {
      const one = this.#text(state, 2);
      return one === undefined ? [] : [one];
    }
    const names: string[] = [];
    for (let at = 1; ; at++) {
      lua.lua_geti(state, 2, BigInt(at));
      const name = this.#text(state, -1);
      lua.lua_settop(state, -2);
      if (name === undefined) return names;
      names.push(name);
    }
  }

  #load(state: number, code: Buffer, name: string, mode: 't' | 'b'): void {
    const { module } = this.#lua;
    const place = module._malloc(code.length);
    module.HEAPU8.set(code, place);
    const status = this.#lua.luaL_loadbufferx(state, place, code.length, `@${name}`, mode);
    module._free(place);
    if (status !== OK) this.#lua.lua_error(state);
  }

  /** Pushes a byte string. */
  #push(state: number, text: string): void {
    const { module } = this.#lua;
    const place = module._malloc(text.length + 1);
    module.HEAPU8.set(Buffer.from(text, 'latin1'), place);
    // Lua may run out of memory here, and then the rest of this function is left out.
    this.#unfreed.add(place);
    module.ccall('lua_pushlstring', 'number', ['number', 'number', 'number'], [state, place, text.length]);
    this.#unfreed.delete(place);
    module._free(place);
  }

  /** The string or number at a place of the stack as a byte string; undefined for other values. */
  #text(state: number, index: number): string | undefined {
    const { module } = this.#lua;
    const type: number = this.#lua.lua_type(state, index);
    if (type !== STRING && type !== NUMBER) return undefined;
    const place: number = module.ccall('lua_tolstring', 'number', ['number', 'number', 'number'], [state, index, 0]);
    // 64 bits wide, whatever the types say.
    const length = Number(this.#lua.lua_rawlen(state, index));
    return Buffer.from(module.HEAPU8.buffer, place, length).toString('latin1');
  }

  readonly #allocate = (_data: number, place: number, oldSize: number, newSize: number): number => {
    const { module } = this.#lua;
    // For a new block the old size is a code for its type.
    const held = place === 0 ? 0 : oldSize;
    if (newSize === 0) {
      this.#memory -= held;
      if (place !== 0) module._free(place);
      return 0;
    }
    if (newSize > held && this.#memory + newSize - held > this.#limits.memory) return 0;
    const moved = module._realloc(place, newSize);
    if (moved !== 0) this.#memory += newSize - held;
    return moved;
  };

  /** Called every thousand instructions; late calls raise an error, and go on raising it, so that no `pcall` holds it up. */
  readonly #look = (state: number): void => {
    if (performance.now() <= (this.#call?.deadline ?? 0)) return;
    this.#lua.lua_sethook(state, this.#hook, COUNT, 1);
    this.#push(state, `the script took longer than ${this.#limits.timeout} ms`);
    this.#lua.lua_error(state);
  };

  readonly #write = (_state: number, place: number, size: number): number => {
    this.#dump.push(Buffer.from(this.#lua.module.HEAPU8.slice(place, place + size)));
    return 0;
  };
}
