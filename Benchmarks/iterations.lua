-- What missing cells and variational Bayes cost: CPU seconds of an iteration, as ratios to one of EM on the same complete rows.
-- emulsion Benchmarks/iterations.lua [ROUNDS]
local em = require "emulsion"
local rounds = tonumber(arg[1]) or 5

-- Seconds of one iteration, 1 thread: those of 22 less those of 2, the least of some rounds.
local function seconds(data, options)
  local least = math.huge
  for _ = 1, rounds do
    local times = {}
    for i, iterations in ipairs{ 2, 22 } do
      local own = { threads = 1, max_iterations = iterations, tolerance = 0 }
      for name, value in pairs(options) do own[name] = value end
      local begin = os.clock()
      em.fit(data, own)
      times[i] = os.clock() - begin
    end
    least = math.min(least, (times[2] - times[1]) / 20)
  end
  return least
end

local state = 9
local function uniform()
  state = (state * 1103515245 + 12345) % 2147483648
  return state / 2147483648
end

-- 100,000 rows drawn from a fit of wine's first 8 columns, whose cells are taken away by so many patterns.
local wine = em.dataset("wine")
local names = {}
for i = 1, 8 do names[i] = wine.names[i] end
local truth = em.fit(wine:select(names), { components = 3, seed = 1 })
local rows = truth:sample(100000, 1):drop{ "label" }
local function holed(patterns)
  local masks, seen = {}, {}
  while #masks < patterns do
    local mask = patterns == 255 and #masks or math.floor(255 * uniform())
    if not seen[mask] then masks[#masks + 1], seen[mask] = mask, true end
  end
  local picked, columns = {}, {}
  for i = 1, rows.rows do picked[i] = masks[1 + math.floor(uniform() * #masks)] end
  for j, name in ipairs(names) do
    local column, values = rows[name], {}
    for i = 1, rows.rows do values[i] = (picked[i] >> (j - 1)) & 1 == 1 and 0 / 0 or column[i] end
    columns[name] = values
  end
  return em.table(columns)
end
local options = { components = 3, missing = "likelihood", initializer = truth }
local complete = seconds(rows, options)
for _, patterns in ipairs{ 50, 255 } do
  print(("%d patterns of missing cells  %.2f"):format(patterns, seconds(holed(patterns), options) / complete))
end

-- 100,000 × 8, 10 clusters, full covariances.
local means, covariances, weights = {}, {}, {}
for k = 1, 10 do
  means[k], covariances[k], weights[k] = {}, {}, 0.1
  for j = 1, 8 do
    means[k][j], covariances[k][j] = 6 * uniform(), {}
    for i = 1, 8 do covariances[k][j][i] = i == j and 1 or 0.3 end
  end
end
local model = em.model{ weights = weights, means = means, covariances = covariances }
local data = model:sample(100000, 1):drop{ "label" }
local start = { labels = model:predict(data) }
local plain = seconds(data, { components = 10, initializer = start })
local bayes = seconds(data, { components = 10, initializer = start, algorithm = "variational" })
print(("variational Bayes  %.2f"):format(bayes / plain))
