-- emulsion.lua FOLDER ROUNDS NAME…: em.select over 1 … 9 components and all structures on FOLDER/NAME.csv; one line a
-- set: NAME, seconds (the least of the rounds), structure, components, BIC, log-likelihood.
local em = require "emulsion"
for i = 3, #arg do
  local data = em.read(arg[1] .. "/" .. arg[i] .. ".csv", { header = true })
  local seconds, selection = math.huge, nil
  for _ = 1, tonumber(arg[2]) do
    local begin = em.clock and em.clock() or nil
    selection = em.select(data, { components = em.range(1, 9), covariance = "all", progress = false })
    seconds = math.min(seconds, selection.seconds)
  end
  local best = selection.best
  print(("%s %.4f %s %d %.6f %.6f"):format(arg[i], seconds, best.covariance, best.components, best.bic, best.loglik))
end
