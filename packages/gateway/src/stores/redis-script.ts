import { MAXIMUM_RECORD_SIZE, type RecordUpdate } from '@sallyport/engine';

/**
 * `applyUpdate` of the engine in Lua, where it runs between no two other commands. A record is a hash: `expires` holds the
 * second it ends in, `=<name>` each variable. The answer is 0, or the size of a record that is too large to be stored.
 */
export const UPDATE_SCRIPT: string = `
local maximum = 9007199254740991
local next_argument = 0
local function take()
  next_argument = next_argument + 1
  return ARGV[next_argument]
end
local function saturate(number)
  return math.max(-maximum, math.min(maximum, number))
end
local function integer(text)
  local sign, digits = string.match(text, '^[ \\t-\\r]*([+-]?)(%d+)')
  if not digits then return 0 end
  local number = saturate(tonumber(digits))
  if sign == '-' then return -number end
  return number
end
local function format(number)
  return string.format('%.0f', number)
end

local opened_at = tonumber(take())
local at = tonumber(take())
local base_expires = tonumber(take())

local values, spellings, expires = {}, {}, nil
local function put(name, value)
  local lower = string.lower(name)
  local spelling = spellings[lower] or name
  spellings[lower] = spelling
  values[spelling] = value
end
local function get(name)
  return values[spellings[string.lower(name)]]
end
local function drop(name)
  local lower = string.lower(name)
  if spellings[lower] then
    values[spellings[lower]] = nil
    spellings[lower] = nil
  end
end

local stored = redis.call('HGETALL', KEYS[1])
for at_field = 1, #stored, 2 do
  if stored[at_field] == 'expires' then expires = tonumber(stored[at_field + 1]) end
end
if expires and expires > opened_at then
  for at_field = 1, #stored, 2 do
    local field = stored[at_field]
    if field ~= 'expires' then put(string.sub(field, 2), stored[at_field + 1]) end
  end
  for _ = 1, 2 * tonumber(take()) do take() end
else
  expires = base_expires
  for _ = 1, tonumber(take()) do
    local name = take()
    put(name, take())
  end
end

local ended = {}
for lower, spelling in pairs(spellings) do
  if string.sub(lower, 1, 9) == '__expire_' and integer(values[spelling]) <= opened_at then
    ended[#ended + 1] = lower
    ended[#ended + 1] = string.sub(lower, 10)
  end
end
for _, lower in ipairs(ended) do drop(lower) end

for _ = 1, tonumber(take()) do drop(take()) end
for _ = 1, tonumber(take()) do
  local name = take()
  put(name, take())
end
for _ = 1, tonumber(take()) do
  local name = take()
  put(name, format(math.max(0, saturate(integer(get(name) or '0') + tonumber(take())))))
end

local timeout = get('TIMEOUT')
if timeout then expires = saturate(at + integer(timeout)) end

local size = 0
for name, value in pairs(values) do size = size + #name + #value end
if size > ${MAXIMUM_RECORD_SIZE} then return size end

if expires <= at then
  redis.call('DEL', KEYS[1])
  return 0
end
-- Adding comes before removing: a server without memory left refuses a script only as long as it has changed nothing.
local fields = { 'expires', format(expires) }
for name, value in pairs(values) do
  fields[#fields + 1] = '=' .. name
  fields[#fields + 1] = value
  if #fields >= 1000 then
    redis.call('HSET', KEYS[1], unpack(fields))
    fields = {}
  end
end
if #fields > 0 then redis.call('HSET', KEYS[1], unpack(fields)) end
for at_field = 1, #stored, 2 do
  local field = stored[at_field]
  if field ~= 'expires' and values[string.sub(field, 2)] == nil then redis.call('HDEL', KEYS[1], field) end
end
-- Redis knows no time farther away than some centuries; ten years do.
redis.call('EXPIRE', KEYS[1], math.min(expires - at, 315360000))
return 0
`;

/** The arguments the script takes, in its order. */
export function updateArguments(update: RecordUpdate): string[] {
  const { base, deletes, sets, deltas } = update;
  return [
    String(update.openedAt),
    String(update.at),
    String(base.expiresAt),
    ...counted([...base.values]),
    ...counted([...deletes].map((name) => [name])),
    ...counted([...sets]),
    ...counted([...deltas].map(([name, delta]) => [name, String(delta)])),
  ];
}

function counted(groups: readonly (readonly string[])[]): string[] {
  return [String(groups.length), ...groups.flat()];
}
