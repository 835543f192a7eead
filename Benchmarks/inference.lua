-- CPU seconds of inference on faithful: 999 bootstrap replicates of two full Gaussians, and tests with 99 replicates of 1
-- against 2 and of 2 against 3. One line of JSON.
local em = require "emulsion"
local data = em.dataset("faithful")
local fit = em.fit(data, { components = 2, seed = 1, threads = 1 })

local function seconds(task)
  local begin = os.clock()
  task()
  return os.clock() - begin
end

local function test(k, options)
  local own = { components = k, against = k + 1, replicates = 99, seed = 1, threads = 1 }
  for name, value in pairs(options) do own[name] = value end
  return seconds(function() em.likelihood_ratio_test(data, own) end)
end

local one_start = { initializer = "hierarchical", restarts = 1 }
print(('{"bootstrap": [%g], "test": [%g], "first": [%g], "second": [%g]}'):format(
  seconds(function() fit:intervals(data, { method = "bootstrap", replicates = 999, seed = 1, threads = 1 }) end),
  test(1, {}) + test(2, {}), test(1, one_start), test(2, one_start)))
