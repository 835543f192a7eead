-- Each component begins with the rows that lie nearest to one that is drawn. Use it in a script:
--   em.fit(data, { components = 3, initializer = dofile("template.lua") })
-- Put another start in its place: return { labels = … }, { responsibilities = … }, { means = … } or
-- { parameters = … }. All random numbers come from `random`, so that a seed tells all.
return function(data, k, random)
  local centres, drawn = {}, {}
  for c = 1, k do
    local i
    repeat i = random(data.rows) until not drawn[i]
    drawn[i] = true
    centres[c] = data:row(i):tolist()
  end
  local labels = {}
  for i = 1, data.rows do
    local least = math.huge
    for c, centre in ipairs(centres) do
      local square = 0
      for j, x in ipairs(centre) do square = square + (data:get(i, j) - x) ^ 2 end
      if square < least then least, labels[i] = square, c end
    end
  end
  return { labels = labels }
end
