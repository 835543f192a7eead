-- emulsion.lua FOLDER ROUNDS NAME…: em.select over 1 … 9 components and all structures on FOLDER/NAME.csv, beside what
-- FOLDER/mclust.txt says; one line a set, with a remark where mclust's BIC is better: "spurious" where the fit that EM
-- reaches from mclust's classes under its structure is degenerate by our rule.
local em = require "emulsion"
local folder, rounds = arg[1], tonumber(arg[2])
local peer = {}
for line in io.lines(folder .. "/mclust.txt") do
  local name, seconds, structure, components, bic = line:match("^(%S+) (%S+) (%S+) (%S+) (%S+)")
  peer[name] = {
    seconds = tonumber(seconds), structure = structure, components = math.tointeger(tonumber(components)),
    bic = tonumber(bic),
  }
end

-- Structures of one column by the names of several.
local names = { X = "EEE", E = "EEE", V = "VVV" }
local function remark(name, data, best, other)
  if best.bic <= other.bic + 0.01 then return "" end
  local classes = em.read(folder .. "/" .. name .. ".classes.csv", { header = true })
  local ok, fit = pcall(em.fit, data, {
    components = other.components, covariance = names[other.structure] or other.structure,
    initializer = { labels = classes["class"] }, progress = false,
  })
  if not ok or fit.degenerate then return "its best is spurious" end
  return "WORSE"
end

local logs, large, count, largeCount, slower, worse = 0, 0, 0, 0, 0, 0
print(("%-17s %5s %3s  %8s %8s %6s  %-11s %12s  %-7s %12s"):format(
  "data", "rows", "d", "seconds", "mclust", "ratio", "best", "BIC", "mclust", "BIC"))
for i = 3, #arg do
  local name = arg[i]
  local data = em.read(folder .. "/" .. name .. ".csv", { header = true })
  local seconds, best = math.huge, nil
  for _ = 1, rounds do
    local selection = em.select(data, { components = em.range(1, 9), covariance = "all", progress = false })
    seconds, best = math.min(seconds, selection.seconds), selection.best
  end
  local other = peer[name]
  local ratio = other.seconds / seconds
  local said = remark(name, data, best, other)
  logs, count = logs + math.log(ratio), count + 1
  if data.rows >= 1000 then large, largeCount = large + math.log(ratio), largeCount + 1 end
  if ratio < 1 then slower = slower + 1 end
  if said == "WORSE" then worse = worse + 1 end
  print(("%-17s %5d %3d  %8.4f %8.3f %6.1f  %-9s %d %12.3f  %-5s %d %12.3f %s"):format(
    name, data.rows, data.columns, seconds, other.seconds, ratio, best.covariance, best.components, best.bic,
    other.structure, other.components, other.bic, said))
end
print(("geometric mean of the ratios %.1f; of %d sets of 1000 rows and more %.1f; slower on %d, worse on %d"):format(
  math.exp(logs / count), largeCount, math.exp(large / math.max(1, largeCount)), slower, worse))
