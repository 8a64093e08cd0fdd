import { afterEach, describe, expect, it, vi } from 'vitest';
import { MemoryStore } from '../collections/memory-store.ts';
import type { Transaction } from '../contract.ts';
import { createWaf } from '../waf.ts';

const START = 1_700_000_000;

interface Visitor {
  /** One request at this second (from the start): what `report` expands to in its last phase. */
  visit(second: number, query?: string): string;
  /** A request of which only the headers have arrived. */
  begin(second: number, query?: string): { end(second: number): string };
}

/** Requests through one rule set that opens IP, at times the test chooses. */
function visitor(rules: string, report: string): Visitor {
  let now = START * 1000;
  const said: string[] = [];
  const text = [
    'SecRuleEngine On',
    'SecCollectionTimeout 600',
    'SecAction "id:1,phase:1,nolog,pass,initcol:ip=client"',
    rules,
    `SecAction "id:9,phase:5,pass,log,msg:'${report}'"`,
  ];
  const waf = createWaf({
    rules: [{ file: 'rules.conf', text: text.join('\n') }],
    collections: new MemoryStore({ now: () => now }),
    now: () => now,
    onMatch: ({ rule, message }) => {
      if (rule.id === 9) said.push(message ?? '');
    },
  });
  const begin = (second: number, query: string): Transaction => {
    now = (START + second) * 1000;
    const tx = waf.openTransaction({
      id: `at ${second}`,
      clientAddress: '192.0.2.1',
      clientPort: 1024,
      serverAddress: '192.0.2.2',
      serverPort: 80,
    });
    void tx.processRequestHeaders({ method: 'GET', uri: `/?${query}`, protocol: 'HTTP/1.1', headers: [] });
    return tx;
  };
  const end = (tx: Transaction, second: number): string => {
    now = (START + second) * 1000;
    void tx.processRequestBody();
    void tx.processLogging();
    return said.pop() ?? '';
  };
  return {
    visit: (second, query = '') => end(begin(second, query), second),
    begin(second, query = '') {
      const tx = begin(second, query);
      return { end: (later) => end(tx, later) };
    },
  };
}

describe('expirevar', () => {
  const rules = [
    'SecRule ARGS:block "@rx ." "id:2,phase:1,nolog,pass,setvar:ip.Blocked=1,expirevar:ip.Blocked=60"',
    'SecRule ARGS:hit "@rx ." "id:3,phase:1,nolog,pass,setvar:ip.hits=+1"',
  ].join('\n');

  it('a variable ends at its second, the record lives on', () => {
    const { visit } = visitor(rules, '[%{ip.blocked}] %{ip.hits}');
    expect(visit(0, 'block=1&hit=1')).toBe('[1] 1');
    expect(visit(59, 'hit=1')).toBe('[1] 2');
    expect(visit(60, 'hit=1')).toBe('[] 3');
  });

  it('a later expirevar counts from then', () => {
    const { visit } = visitor(rules, '[%{ip.blocked}]');
    visit(0, 'block=1');
    visit(50, 'block=1');
    expect(visit(109)).toBe('[1]');
    expect(visit(110)).toBe('[]');
  });

  it('a variable that has ended does not by itself make the record worth storing', () => {
    const { visit } = visitor(rules, '%{ip.update_counter}');
    visit(0, 'block=1');
    expect(visit(70)).toBe('1');
    expect(visit(71)).toBe('1');
  });

  it('a variable that ends while the request is under way is still seen by it', () => {
    const { begin, visit } = visitor(rules, '[%{ip.blocked}]');
    visit(0, 'block=1');
    const slow = begin(59);
    expect(slow.end(65)).toBe('[1]');
    expect(visit(65)).toBe('[]');
  });

  it.each(['KEY', 'CREATE_TIME', 'UPDATE_COUNTER'])('%s cannot end by itself', (name) => {
    const { visit } = visitor(
      `SecAction "id:2,phase:1,nolog,pass,setvar:ip.hits=+1,expirevar:ip.${name}=5"`,
      `%{ip.${name}} %{ip.hits}`,
    );
    const [first] = visit(0).split(' ');
    const [later, hits] = visit(10).split(' ');
    expect(hits).toBe('2');
    expect(later).toBe(name === 'UPDATE_COUNTER' ? '1' : first);
  });

  it('counts from the moment the rule runs, not from when the record was opened', () => {
    const { begin, visit } = visitor(
      'SecAction "id:2,phase:2,nolog,pass,setvar:ip.slow=1,expirevar:ip.slow=60"',
      '[%{ip.slow}]',
    );
    vi.useFakeTimers({ toFake: ['performance'] });
    const upload = begin(0);
    vi.advanceTimersByTime(300_000);
    upload.end(300);
    vi.useRealTimers();
    expect(visit(359)).toBe('[1]');
  });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('deprecatevar', () => {
  const rules = [
    'SecRule ARGS:add "@rx ." "id:2,phase:1,nolog,pass,setvar:ip.score=+%{ARGS.add}"',
    'SecRule ARGS:lower "@rx ." "id:3,phase:1,nolog,pass,deprecatevar:ip.score=10/60"',
  ].join('\n');

  it.each([
    [59, '100'],
    [60, '90'],
    [119, '90'],
    [180, '70'],
    [599, '10'],
  ])('after %i seconds 100 is %s', (seconds, score) => {
    const { visit } = visitor(rules, '%{ip.score}');
    visit(0, 'add=100');
    expect(visit(seconds, 'lower=1')).toBe(score);
  });

  it('does not go below zero', () => {
    const { visit } = visitor(rules, '%{ip.score}');
    visit(0, 'add=15');
    expect(visit(500, 'lower=1')).toBe('0');
  });

  it('counts from the last time the record was stored', () => {
    const { visit } = visitor(rules, '%{ip.score}');
    visit(0, 'add=100');
    visit(60, 'lower=1');
    expect(visit(119, 'lower=1')).toBe('90');
    expect(visit(120, 'lower=1')).toBe('80');
  });
});

describe('the record itself', () => {
  const count = 'SecAction "id:2,phase:1,nolog,pass,setvar:ip.hits=+1"';

  it('IS_NEW is set in the first transaction only', () => {
    const { visit } = visitor(count, '[%{ip.is_new}] %{ip.key}');
    expect(visit(0)).toBe('[1] client');
    expect(visit(1)).toBe('[] client');
  });

  it('of a new one, what is asked for first is there, whatever its case, and so is the rest', () => {
    const report = '%{ip.flag}%{ip.last_update_time} %{ip.Is_New} %{ip.timeout} %{ip.KEY} %{ip.update_counter}';
    expect(visitor('', report).visit(0)).toBe(' 1 600 client 0');
    const all = 'SecRule &IP "@eq 5" "id:2,phase:2,nolog,pass,setvar:tx.all=yes"';
    expect(visitor(all, '%{ip.flag}%{tx.all} %{ip.create_time}').visit(0)).toBe(`yes ${START}`);
    const changed = 'SecAction "id:2,phase:2,nolog,pass,setvar:ip.flag=1,setvar:ip.is_new=0"';
    expect(visitor(changed, '%{ip.flag} %{ip.is_new} %{ip.create_time}').visit(0)).toBe(`1 1 ${START}`);
  });

  it('ends SecCollectionTimeout seconds after the last change, and begins anew', () => {
    const { visit } = visitor(count, '[%{ip.is_new}] %{ip.hits} %{ip.create_time} %{ip.update_counter}');
    visit(0);
    expect(visit(599)).toBe(`[] 2 ${START} 1`);
    expect(visit(1198)).toBe(`[] 3 ${START} 2`);
    expect(visit(1798)).toBe(`[1] 1 ${START + 1798} 0`);
  });

  it('TIMEOUT set by a rule takes effect when the record is stored', () => {
    const { visit } = visitor(
      'SecAction "id:2,phase:1,nolog,pass,setvar:ip.timeout=60"',
      '[%{ip.is_new}] %{ip.timeout}',
    );
    expect(visit(0)).toBe('[1] 60');
    expect(visit(59)).toBe('[] 60');
    expect(visit(119)).toBe('[1] 60');
  });

  it('UPDATE_RATE is updates per minute since the record was made; a record made this second has none', () => {
    const { visit } = visitor(count, '[%{ip.update_rate}] %{ip.update_counter}');
    expect(visit(0)).toBe('[] 0');
    expect(visit(0)).toBe('[0] 1');
    expect(visit(30)).toBe('[4] 2');
    expect(visit(60)).toBe('[3] 3');
    expect(visit(480)).toBe('[0] 4');
  });

  it('LAST_UPDATE_TIME is the last change, not the last visit', () => {
    const { visit } = visitor(
      'SecRule ARGS:hit "@rx ." "id:2,phase:1,nolog,pass,setvar:ip.hits=+1"',
      '%{ip.last_update_time}',
    );
    expect(visit(0, 'hit=1')).toBe('');
    visit(10);
    expect(visit(20)).toBe(String(START));
    visit(30, 'hit=1');
    expect(visit(40)).toBe(String(START + 30));
  });

  it.each(['is_new', 'KEY', 'create_time', 'Update_Counter', 'update_rate', 'last_update_time'])(
    '%s cannot be written',
    (name) => {
      const { visit } = visitor(
        `${count}\nSecAction "id:3,phase:1,nolog,pass,setvar:ip.${name}=77,setvar:ip.${name}=+77"`,
        `%{ip.${name}}`,
      );
      visit(0);
      expect(visit(30)).not.toMatch(/77/);
      const removing = visitor(`${count}\nSecAction "id:3,phase:1,nolog,pass,setvar:!ip.KEY"`, '%{ip.key}');
      expect(removing.visit(0)).toBe('client');
    },
  );
});

describe('two transactions at the same time', () => {
  it('counts add up, whoever ends first', () => {
    const { begin, visit } = visitor(
      'SecRule ARGS:n "@rx ." "id:2,phase:1,nolog,pass,setvar:ip.sum=+%{ARGS.n}"',
      '%{ip.sum}',
    );
    const first = begin(0, 'n=1');
    const second = begin(0, 'n=10');
    second.end(1);
    first.end(2);
    expect(visit(3)).toBe('11');
    const third = begin(4, 'n=100');
    visit(5, 'n=1000');
    third.end(6);
    expect(visit(7)).toBe('1111');
  });

  it('the first to store has made the record', () => {
    const { begin, visit } = visitor(
      'SecAction "id:2,phase:1,nolog,pass,setvar:ip.hits=+1"',
      '%{ip.create_time} %{ip.update_counter}',
    );
    const first = begin(0);
    const second = begin(5);
    second.end(6);
    first.end(7);
    expect(visit(8)).toBe(`${START + 5} 2`);
  });
});

describe('several changes in one transaction', () => {
  it.each([
    ['setvar:ip.n=+3,setvar:ip.n=+4', '12'],
    ['setvar:ip.n=-10,setvar:ip.n=+3', '3'],
    ['setvar:ip.n=7,setvar:ip.n=+1', '8'],
    ['setvar:ip.n=+1,setvar:ip.n=7', '7'],
    ['setvar:!ip.n,setvar:ip.n=+1', '1'],
    ['setvar:!ip.N,setvar:ip.n=4', '4'],
    ['setvar:ip.n=9,setvar:!ip.n', ''],
    ['setvar:ip.N=+1,setvar:ip.n=+1', '7'],
  ])('5, then %s, is %s now and later', (changes, expected) => {
    const { visit } = visitor(
      `SecRule ARGS:begin "@rx ." "id:2,phase:1,nolog,pass,setvar:ip.n=5"\nSecRule ARGS:change "@rx ." "id:3,phase:1,nolog,pass,${changes}"`,
      '%{ip.n}',
    );
    visit(0, 'begin=1');
    expect(visit(1, 'change=1')).toBe(expected);
    expect(visit(2)).toBe(expected);
  });
});
