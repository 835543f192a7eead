-- From a file to a chosen model: of how many kinds are the eruptions of Old Faithful?
local em = require "emulsion"
local geyser = em.dataset("faithful") -- or em.read("old_faithful.csv")
print(geyser:describe())
local selection = em.select(geyser, { components = em.range(1, 9), covariance = "all", seed = 1 })
local best = selection.best
print(best)
best:plot():save("old_faithful.svg")
selection:plot():save("old_faithful_bic.svg")
best:save("old_faithful.json")
