/**
 * Replaces the functions of Lua's libraries that can run for long within one call, where the limit of time cannot reach them.
 * Patterns whose work is bounded by the length of the text go to the function of the library as before; for the others there is
 * the same matcher written in Lua (section 6.4.1 of the manual), which is slow and can be stopped.
 */
export const LUA_BOUNDED_LIBRARY: string = `
local byte, char, sub, type, error = string.byte, string.char, string.sub, type, error
local find, match, gmatch, gsub, rep = string.find, string.match, string.gmatch, string.gsub, string.rep
local concat, move = table.concat, table.move
local MOST = 1000000
local POSITION, OPEN = -1, -2

-- Whether the steps of all attempts cannot be more than MOST: every repetition may try each length at each place.
local function isCheap(s, p)
  local steps = (#s + 1) * (#p + 1)
  for index = 1, #p do
    local c = byte(p, index)
    if c == 42 or c == 43 or c == 45 then steps = steps * (#s + 1)
    elseif c == 63 then steps = steps * 2
    elseif c == 98 then steps = steps + #s * #s
    end
    if steps > MOST then return false end
  end
  return steps <= MOST
end

local function isText(value)
  local kind = type(value)
  return kind == 'string' or kind == 'number'
end

-- Matches p from one place of s on.
local function matcher(s, p)
  local sEnd, pEnd = #s, #p
  local starts, lengths, level = {}, {}, 0
  local classes = {}
  local attempt

  local function classEnd(at)
    local c = byte(p, at)
    at = at + 1
    if c == 37 then
      if at > pEnd then error("malformed pattern (ends with '%')", 0) end
      return at + 1
    end
    if c ~= 91 then return at end
    if byte(p, at) == 94 then at = at + 1 end
    repeat
      if at > pEnd then error("malformed pattern (missing ']')", 0) end
      if byte(p, at) == 37 then at = at + 1 end
      at = at + 1
    until byte(p, at) == 93
    return at + 1
  end

  -- What a class holds is asked of the library, one byte at a time.
  local function holds(code, from, to)
    local known = classes[from]
    if known == nil then
      known = {}
      classes[from] = known
    end
    local answer = known[code]
    if answer == nil then
      answer = find(char(code), '^' .. sub(p, from, to - 1)) ~= nil
      known[code] = answer
    end
    return answer
  end

  local function single(at, from, to)
    if at > sEnd then return false end
    local c = byte(p, from)
    if c == 46 then return true end
    if c == 37 or c == 91 then return holds(byte(s, at), from, to) end
    return c == byte(s, at)
  end

  local function longest(at, from, to)
    local count = 0
    while single(at + count, from, to) do count = count + 1 end
    while count >= 0 do
      local stop = attempt(at + count, to + 1)
      if stop then return stop end
      count = count - 1
    end
    return nil
  end

  local function shortest(at, from, to)
    while true do
      local stop = attempt(at, to + 1)
      if stop then return stop end
      if not single(at, from, to) then return nil end
      at = at + 1
    end
  end

  local function balanced(at, from)
    local open, close = byte(p, from, from + 1)
    if close == nil then error("malformed pattern (missing arguments to '%b')", 0) end
    if byte(s, at) ~= open then return nil end
    local depth = 1
    for place = at + 1, sEnd do
      local c = byte(s, place)
      if c == close then
        depth = depth - 1
        if depth == 0 then return place + 1 end
      elseif c == open then
        depth = depth + 1
      end
    end
    return nil
  end

  local function group(index)
    if index < 1 or index > level or lengths[index] == OPEN then
      error('invalid capture index %' .. index, 0)
    end
    return starts[index], lengths[index]
  end

  function attempt(at, from)
    while true do
      if from > pEnd then return at end
      local c = byte(p, from)
      local following = byte(p, from + 1)
      if c == 40 then
        local isPosition = following == 41
        level = level + 1
        if level > 32 then error('too many captures', 0) end
        starts[level] = at
        lengths[level] = isPosition and POSITION or OPEN
        local stop = attempt(at, from + (isPosition and 2 or 1))
        if not stop then level = level - 1 end
        return stop
      elseif c == 41 then
        local index = level
        while index > 0 and lengths[index] ~= OPEN do index = index - 1 end
        if index == 0 then error('invalid pattern capture', 0) end
        lengths[index] = at - starts[index]
        local stop = attempt(at, from + 1)
        if not stop then lengths[index] = OPEN end
        return stop
      elseif c == 36 and from == pEnd then
        return at == sEnd + 1 and at or nil
      elseif c == 37 and following == 98 then
        at = balanced(at, from + 2)
        if not at then return nil end
        from = from + 4
      elseif c == 37 and following == 102 then
        from = from + 2
        if byte(p, from) ~= 91 then error("missing '[' after '%f' in pattern", 0) end
        local to = classEnd(from)
        local before = at == 1 and 0 or byte(s, at - 1)
        if holds(before, from, to) or not holds(byte(s, at) or 0, from, to) then return nil end
        from = to
      elseif c == 37 and following ~= nil and following >= 48 and following <= 57 then
        local start, length = group(following - 48)
        if length == POSITION or sub(s, at, at + length - 1) ~= sub(s, start, start + length - 1) then return nil end
        at = at + length
        from = from + 2
      else
        local to = classEnd(from)
        local repeats = byte(p, to)
        if repeats == 42 then return longest(at, from, to) end
        if repeats == 45 then return shortest(at, from, to) end
        local isHere = single(at, from, to)
        if repeats == 43 then return isHere and longest(at + 1, from, to) or nil end
        if repeats == 63 then
          if isHere then
            local stop = attempt(at + 1, to + 1)
            if stop then return stop end
          end
          from = to + 1
        else
          if not isHere then return nil end
          at = at + 1
          from = to
        end
      end
    end
  end

  local matching = {}

  -- The place behind the match, if there is one at this place.
  function matching.try(at, from)
    level = 0
    return attempt(at, from)
  end

  function matching.count() return level end

  -- A capture of the match from start to stop - 1, or all of it.
  function matching.capture(index, start, stop)
    if index > level then
      if index ~= 1 then error('invalid capture index %' .. index, 0) end
      return sub(s, start, stop - 1)
    end
    local from, length = starts[index], lengths[index]
    if length == OPEN then error('unfinished capture', 0) end
    if length == POSITION then return from end
    return sub(s, from, from + length - 1)
  end

  function matching.whole(start, stop) return sub(s, start, stop - 1) end

  function matching.captures(start, stop)
    local list, count = {}, level == 0 and 1 or level
    for index = 1, count do list[index] = matching.capture(index, start, stop) end
    return list, count
  end

  return matching
end

local function beginning(s, init)
  init = init or 1
  if init > 0 then return init end
  if init == 0 or -init > #s then return 1 end
  return #s + init + 1
end

local function findPlain(s, text, init)
  if #text == 0 then return init, init - 1 end
  local back = { [0] = -1, [1] = 0 }
  local length = 0
  for index = 2, #text do
    while length > 0 and byte(text, length + 1) ~= byte(text, index) do length = back[length] end
    if byte(text, length + 1) == byte(text, index) then length = length + 1 end
    back[index] = length
  end
  length = 0
  for at = init, #s do
    local c = byte(s, at)
    while length > 0 and byte(text, length + 1) ~= c do length = back[length] end
    if byte(text, length + 1) == c then length = length + 1 end
    if length == #text then return at - length + 1, at end
  end
  return nil
end

-- The first match from init on: its matcher, its start and the place behind it.
local function search(s, p, init)
  local matching = matcher(s, p)
  local isAnchored = byte(p, 1) == 94
  for at = init, isAnchored and init or #s + 1 do
    local stop = matching.try(at, isAnchored and 2 or 1)
    if stop then return matching, at, stop end
  end
  return nil
end

function string.find(s, p, init, plain)
  if not isText(s) or not isText(p) or isCheap(tostring(s), tostring(p)) then return find(s, p, init, plain) end
  s, p, init = tostring(s), tostring(p), beginning(tostring(s), init)
  if init > #s + 1 then return nil end
  if plain or not find(p, '[%^%$%*%+%?%.%(%[%%%-]') then return findPlain(s, p, init) end
  local matching, start, stop = search(s, p, init)
  if not matching then return nil end
  if matching.count() == 0 then return start, stop - 1 end
  local list, count = matching.captures(start, stop)
  return start, stop - 1, table.unpack(list, 1, count)
end

function string.match(s, p, init)
  if not isText(s) or not isText(p) or isCheap(tostring(s), tostring(p)) then return match(s, p, init) end
  s, p, init = tostring(s), tostring(p), beginning(tostring(s), init)
  if init > #s + 1 then return nil end
  local matching, start, stop = search(s, p, init)
  if not matching then return nil end
  local list, count = matching.captures(start, stop)
  return table.unpack(list, 1, count)
end

function string.gmatch(s, p, init)
  if not isText(s) or not isText(p) or isCheap(tostring(s), tostring(p)) then return gmatch(s, p, init) end
  s, p = tostring(s), tostring(p)
  local at, last = beginning(s, init), nil
  local matching = matcher(s, p)
  return function()
    for start = at, #s + 1 do
      local stop = matching.try(start, 1)
      if stop and stop ~= last then
        at, last = stop, stop
        local list, count = matching.captures(start, stop)
        return table.unpack(list, 1, count)
      end
    end
    at = #s + 2
    return nil
  end
end

local function expanded(text, matching, start, stop)
  local parts, at = {}, 1
  while at <= #text do
    local c = byte(text, at)
    if c ~= 37 then
      parts[#parts + 1] = char(c)
      at = at + 1
    else
      local following = byte(text, at + 1)
      if following == 37 then parts[#parts + 1] = '%'
      elseif following == 48 then parts[#parts + 1] = matching.whole(start, stop)
      elseif following ~= nil and following >= 49 and following <= 57 then
        parts[#parts + 1] = tostring(matching.capture(following - 48, start, stop))
      else error("invalid use of '%' in replacement string", 0) end
      at = at + 2
    end
  end
  return concat(parts)
end

function string.gsub(s, p, replacement, most)
  local kind = type(replacement)
  local isKnown = kind == 'string' or kind == 'number' or kind == 'table' or kind == 'function'
  if not isText(s) or not isText(p) or not isKnown or isCheap(tostring(s), tostring(p)) then
    return gsub(s, p, replacement, most)
  end
  s, p = tostring(s), tostring(p)
  local matching = matcher(s, p)
  local isAnchored = byte(p, 1) == 94
  local parts, at, last, count = {}, 1, nil, 0
  while most == nil or count < most do
    local stop = matching.try(at, isAnchored and 2 or 1)
    if stop and stop ~= last then
      count = count + 1
      local value
      if kind == 'table' then value = replacement[matching.capture(1, at, stop)]
      elseif kind == 'function' then
        local list, number = matching.captures(at, stop)
        value = replacement(table.unpack(list, 1, number))
      else value = expanded(tostring(replacement), matching, at, stop) end
      if not value then value = sub(s, at, stop - 1)
      elseif not isText(value) then error('invalid replacement value (a ' .. type(value) .. ')', 0) end
      parts[#parts + 1] = value
      at, last = stop, stop
    elseif at <= #s then
      parts[#parts + 1] = sub(s, at, at)
      at = at + 1
    else
      break
    end
    if isAnchored then break end
  end
  parts[#parts + 1] = sub(s, at)
  return concat(parts), count
end

-- Nothing, however often, is nothing.
function string.rep(s, count, separator)
  if s == '' and (separator == nil or separator == '') then return '' end
  return rep(s, count, separator)
end

local function checkCount(count)
  if type(count) == 'number' and count > MOST then error('too many elements', 0) end
end

function table.concat(list, separator, from, to)
  if from ~= nil or to ~= nil then checkCount((to or #list) - (from or 1)) else checkCount(#list) end
  return concat(list, separator, from, to)
end

function table.move(list, from, to, at, other)
  if type(from) == 'number' and type(to) == 'number' then checkCount(to - from) end
  return move(list, from, to, at, other)
end
`;
