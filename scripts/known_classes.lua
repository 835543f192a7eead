-- Cluster without looking at the classes, then compare: do mixtures find what experts called?
local em = require "emulsion"

-- Adjusted Rand index (Hubert & Arabie 1985): 1 for the same partition, about 0 for a random one.
local function adjusted_rand(a, b, n)
  local both, in_a, in_b = {}, {}, {}
  local function count(t, key) t[key] = (t[key] or 0) + 1 end
  for i = 1, n do
    count(both, a[i] .. "|" .. b[i])
    count(in_a, a[i])
    count(in_b, b[i])
  end
  local function pairs_within(t)
    local sum = 0
    for _, c in pairs(t) do sum = sum + c * (c - 1) / 2 end
    return sum
  end
  local same, possible = pairs_within(both), n * (n - 1) / 2
  local pairs_a, pairs_b = pairs_within(in_a), pairs_within(in_b)
  local chance = pairs_a * pairs_b / possible
  return (same - chance) / ((pairs_a + pairs_b) / 2 - chance)
end

local function names_in(list)
  local seen, names = {}, {}
  for _, name in ipairs(list) do
    if not seen[name] then
      seen[name] = true
      names[#names + 1] = name
    end
  end
  table.sort(names)
  return names
end

for _, set in ipairs { "iris", "diabetes", "wine" } do
  local data = em.dataset(set)
  local classes, measured = data["label"], data:drop { "label" }
  local names = names_in(classes)
  -- Three classes are known; the shape of the components is chosen by BIC.
  local model = em.select(measured, {
    components = { #names },
    covariance = { "spherical", "diagonal", "tied", "full" },
    seed = 1,
  }).best
  local found = model:predict(measured)

  print(string.format("%s: %s covariances, adjusted Rand index %.2f", set, model.covariance,
    adjusted_rand(classes, found, data.rows)))
  for _, name in ipairs(names) do
    local counts = {}
    for k = 1, model.components do counts[k] = 0 end
    for i = 1, data.rows do
      if classes[i] == name then
        local k = math.tointeger(found[i])
        counts[k] = counts[k] + 1
      end
    end
    print(string.format("  %-10s in components %s", name, table.concat(counts, ", ")))
  end
end
