-- scripts/simulations [level|coverage|matching …] [--count N] [--threads N]
--
-- What docs/inference.md tells of levels, coverage and matching, by simulation from known models.
local em = require "emulsion"

local topics, count, threads = {}, nil, 1
local i = 1
while i <= #arg do
  if arg[i] == "--count" then
    count, i = tonumber(arg[i + 1]), i + 1
  elseif arg[i] == "--threads" then
    threads, i = tonumber(arg[i + 1]), i + 1
  else
    topics[#topics + 1] = arg[i]
  end
  i = i + 1
end
if #topics == 0 then topics = { "level", "coverage", "matching" } end

-- Long runs show what they have.
local function say(...)
  print(string.format(...))
  io.stdout:flush()
end

local function gaussians(weights, means, variances)
  local covariances = {}
  for k, v in ipairs(variances) do covariances[k] = type(v) == "table" and v or { { v } } end
  return em.model{ weights = weights, means = means, covariances = covariances }
end

local simulations = {}

-- How often a true number of components is refuted at 5 %.
function simulations.level()
  local n = count or 2000
  local truths = {
    { 1, 60, gaussians({ 1 }, { { 0 } }, { 1 }) },
    { 2, 80, gaussians({ 0.5, 0.5 }, { { 0 }, { 6 } }, { 1, 1 }) },
  }
  for _, start in ipairs{ "default", "hierarchical" } do
    for _, truth in ipairs(truths) do
      local k, rows, model = table.unpack(truth)
      local refuted, replicates, early, failed = 0, 0, 0, 0
      for seed = 1, n do
        local options = { components = k, against = k + 1, covariance = "tied", replicates = 99, seed = seed, threads = threads }
        if start ~= "default" then options.initializer, options.restarts = start, 1 end
        -- One start may come to a component of a single row, which is an error.
        local done, test = pcall(em.likelihood_ratio_test, model:sample(rows, seed):drop{ "label" }, options)
        if not done then
          failed = failed + 1
        else
          if test.p_value <= 0.05 then refuted = refuted + 1 end
          if test.ended_early then early = early + 1 end
          replicates = replicates + test.replicates
        end
      end
      say("level     %d against %d, %3d rows, %-12s  %5.2f %% of %d refuted, %4.1f replicates each, %2.0f %% ended early, %d without a fit",
        k, k + 1, rows, start, 100 * refuted / (n - failed), n - failed, replicates / (n - failed),
        100 * early / (n - failed), failed)
    end
  end
end

-- Whether intervals of components far apart cover their parameters in 95 of 100 fits.
function simulations.coverage()
  local n = count or 1000
  local weights, means = { 0.6, 0.4 }, { { 0, 0 }, { 6, 4 } }
  local covariances = { { { 1, 0.5 }, { 0.5, 2 } }, { { 2, -0.5 }, { -0.5, 1 } } }
  local model = gaussians(weights, means, covariances)
  local function true_value(k, name)
    local kind, a, b = name:match "^(%S+) ?(%S*) ?(%S*)$"
    local place = { x1 = 1, x2 = 2 }
    if kind == "weight" then return weights[k] end
    if kind == "mean" then return means[k][place[a]] end
    return covariances[k][place[a]][place[b]]
  end
  local rows = 500
  for _, method in ipairs{ "information", "sandwich", "bootstrap", "weighted-bootstrap", "parametric-bootstrap" } do
    local hits, total, order = {}, 0, {}
    for seed = 1, n do
      local data = model:sample(rows, seed):drop{ "label" }
      local fit = em.fit(data, { components = 2, seed = seed, tolerance = 1e-8, threads = threads })
      local t = fit:intervals(data, { method = method, replicates = 399, seed = seed, threads = threads }).table
      total = total + 1
      for r = 1, t.rows do
        local k, name = t["component"][r], t["parameter"][r]
        local key = ("%s %d"):format(name, k)
        if not hits[key] then hits[key], order[#order + 1] = 0, key end
        local truth = true_value(k, name)
        if t["lower"][r] <= truth and truth <= t["upper"][r] then hits[key] = hits[key] + 1 end
      end
    end
    local shares = {}
    for place, key in ipairs(order) do shares[place] = 100 * hits[key] / total end
    local sum = 0
    for _, share in ipairs(shares) do sum = sum + share end
    say("coverage  %-20s  %4.1f to %4.1f %% by parameter, %4.1f %% in the mean, %d fits of %d rows",
      method, math.min(table.unpack(shares)), math.max(table.unpack(shares)), sum / #shares, total, rows)
    for place, key in ipairs(order) do
      if shares[place] < 93 or shares[place] > 97 then say("          %s: %.1f %%", key, shares[place]) end
    end
  end
end

-- Two components that overlap, beside one apart or with variances of their own: what is marked as doubtful, and what covers.
-- Fits that split the one apart in place of the two are counted, and left out of what is told of these.
function simulations.matching()
  local n = count or 500
  local cases = {}
  for _, distance in ipairs{ 4, 3, 2, 1.5, 1 } do
    cases[#cases + 1] = { "beside one apart", { 0.4, 0.35, 0.25 }, { -8, 0, distance }, 300, "tied" }
  end
  for _, distance in ipairs{ 4, 3, 1.5 } do
    cases[#cases + 1] = { "variances of their own", { 0.6, 0.4 }, { 0, distance }, 200, "full" }
  end
  for _, case in ipairs(cases) do
    local name, weights, means, rows, covariance = table.unpack(case)
    local centres, variances, k = {}, {}, #means
    for i, mean in ipairs(means) do centres[i], variances[i] = { mean }, 1 end
    local model = gaussians(weights, centres, variances)
    local unmatched, replicates, strayed, marked, total = 0, 0, 0, 0, 0
    local covers = { marked = { 0, 0 }, certain = { 0, 0 }, apart = { 0, 0 } }
    for seed = 1, n do
      local data = model:sample(rows, seed):drop{ "label" }
      local fit = em.fit(data, { components = k, covariance = covariance, seed = seed, tolerance = 1e-7, threads = threads })
      local ok, found = pcall(fit.intervals, fit, data, { method = "bootstrap", replicates = 199, seed = seed, threads = threads })
      if ok then
        local t = found.table
        local places = {}
        for r = 1, t.rows do
          if t["parameter"][r]:match "^mean" then places[#places + 1] = { t["estimate"][r], t["component"][r], r } end
        end
        table.sort(places, function(a, b) return a[1] < b[1] end)
        unmatched, replicates = unmatched + found.matching.unmatched, replicates + 199
        local isMarked = {}
        for _, component in ipairs(found.matching.doubtful) do isMarked[component] = true end
        if k == 3 and places[2][1] < -4 then
          strayed = strayed + 1
        else
          for i, place in ipairs(places) do
            local isApart = k == 3 and i == 1
            local tally = covers[isApart and "apart" or isMarked[place[2]] and "marked" or "certain"]
            tally[2] = tally[2] + 1
            if t["lower"][place[3]] <= means[i] and means[i] <= t["upper"][place[3]] then tally[1] = tally[1] + 1 end
          end
        end
      end
    end
    local function share(list) return list[2] == 0 and "–" or ("%.1f %% of %d"):format(100 * list[1] / list[2], list[2]) end
    local overlapping = covers.marked[2] + covers.certain[2]
    say("matching  %.1f apart, %-22s  %.1f %% of replicates not matched with certainty; marked %.1f %%; the mean is covered in %s unmarked, %s marked, %s by itself; %d of %d split that one",
      means[k] - means[k - 1], name .. ":", 100 * unmatched / math.max(1, replicates),
      100 * covers.marked[2] / math.max(1, overlapping), share(covers.certain), share(covers.marked), share(covers.apart),
      strayed, n)
  end
end

for _, topic in ipairs(topics) do
  if not simulations[topic] then error("there are level, coverage and matching, not " .. topic, 0) end
  simulations[topic]()
end
