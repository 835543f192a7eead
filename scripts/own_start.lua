-- A custom initializer in Lua: cut the data into slices along their widest column.
--
-- An initializer is a function of the data, the number of components and a source of random numbers.
-- It returns labels, means, responsibilities or parameters; EM goes on from there.
local em = require "emulsion"

local function slices(data, k)
  local widest, values
  for j = 1, data.columns do
    local column = data:column(j):tolist()
    local low, high = math.min(table.unpack(column)), math.max(table.unpack(column))
    if not widest or high - low > widest then widest, values = high - low, column end
  end
  local order = {}
  for i = 1, #values do order[i] = i end
  table.sort(order, function(a, b)
    if values[a] ~= values[b] then return values[a] < values[b] end
    return a < b
  end)
  local labels = {}
  for rank, i in ipairs(order) do labels[i] = (rank - 1) * k // #order + 1 end
  return { labels = labels }
end

local iris = em.dataset("iris"):drop { "label" }
print("start        log-likelihood  iterations")
local starts = { { "slices", slices }, { "k-means++", "k-means++" }, { "random", "random" } }
for _, start in ipairs(starts) do
  local model = em.fit(iris, {
    components = 3, initializer = start[2], restarts = 1, seed = 1, tolerance = 1e-6,
  })
  print(string.format("%-11s  %14.3f  %10d", start[1], model.loglik, model.iterations))
end
