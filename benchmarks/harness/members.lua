-- Each request is another member's, of another thread. Arguments: a file with a cookie a
-- line, a file with a path a line.
local here = debug.getinfo(1, "S").source:match("^@(.*/)") or ""
dofile(here .. "report.lua")

local made, count = {}, 0

local function lines(name)
  local found = {}
  for line in io.lines(name) do found[#found + 1] = line end
  return found
end

init = function(arguments)
  local cookies, paths = lines(arguments[1]), lines(arguments[2])
  for number, cookie in ipairs(cookies) do
    made[number] = wrk.format("GET", paths[(number - 1) % #paths + 1], {
      ["Host"] = wrk.headers["Host"], ["Cookie"] = cookie, ["Accept-Encoding"] = "gzip"
    })
  end
end

request = function()
  count = count + 1
  return made[(count - 1) % #made + 1]
end
