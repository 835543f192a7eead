-- instructions.lua ITERATIONS ROWS COLUMNS COMPONENTS COVARIANCE: EM on made-up numbers, for counting instructions.
local em = require "emulsion"
local iterations, rows, columns, components, covariance =
  tonumber(arg[1]), tonumber(arg[2]), tonumber(arg[3]), tonumber(arg[4]), arg[5]

local state = 1
local function uniform()
  state = (state * 16807) % 2147483647
  return state / 2147483647
end

local data = em.matrix(rows, columns)
local means = em.matrix(components, columns)
for k = 1, components do
  for j = 1, columns do means:set(k, j, 6 * uniform()) end
end
for i = 1, rows do
  local k = i % components + 1
  for j = 1, columns do data:set(i, j, means:get(k, j) + uniform() + uniform() + uniform()) end
end
em.fit(data, {
  components = components, covariance = covariance, initializer = { means = means }, threads = 1,
  max_iterations = iterations, tolerance = 0, progress = false,
})
